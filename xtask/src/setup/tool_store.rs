//! `.xtask/tools`: the binaries that were installed, and whether they are what they should be.
//!
//! A binary is hashed whenever it is about to be used, and only a hash of the table of pins makes it one of ours: in 2026, a scanner's own
//! releases were replaced by malicious ones for some days. It costs 0.2 s, beside the other questions; a remembered hash could be forged.

use std::{
    fs::{self, Permissions},
    io,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use tempfile::TempDir;

use super::{
    digest,
    pins::{self, Pin},
};

/// The folder of installed tools.
#[derive(Clone, Debug)]
pub(super) struct ToolStore {
    folder: PathBuf,
}

/// What the store says of a tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Stored {
    /// A binary of the table of pins.
    Pinned(&'static Pin),
    /// Something else, with its hash if it can be read at all.
    Unknown(Option<String>),
    /// Nothing.
    Absent,
}

impl ToolStore {
    /// The store of the pipeline in this folder.
    pub fn new(root: &Path) -> Self {
        Self {
            folder: root.join(".xtask/tools"),
        }
    }

    /// Where an installed tool is, whether it is there or not.
    pub fn path(&self, tool: &str) -> PathBuf {
        self.folder.join("bin").join(tool)
    }

    /// Looks at a tool's binary.
    pub fn find(&self, tool: &str) -> Stored {
        match digest::sha256(&self.path(tool)) {
            Ok(sha256) => pins::of_binary(tool, &sha256).map_or(Stored::Unknown(Some(sha256)), Stored::Pinned),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Stored::Absent,
            Err(_) => Stored::Unknown(None),
        }
    }

    /// Puts a binary in. Renaming replaces the old one: whoever runs it keeps it, and of two installations at once one is simply the last.
    pub fn put(&self, tool: &str, binary: &Path) -> io::Result<()> {
        let path = self.path(tool);
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        fs::set_permissions(binary, Permissions::from_mode(0o755))?;
        fs::rename(binary, path)
    }

    /// A folder on the same file system as the tools, gone when it is dropped.
    pub fn staging(&self) -> io::Result<TempDir> {
        fs::create_dir_all(&self.folder)?;
        tempfile::Builder::new().prefix(".staging-").tempdir_in(&self.folder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_in_the_table_is_not_ours() {
        let root = tempfile::tempdir().unwrap();
        let store = ToolStore::new(root.path());
        assert_eq!(store.find("trivy"), Stored::Absent);
        let staging = store.staging().unwrap();
        fs::write(staging.path().join("trivy"), "something else").unwrap();
        store.put("trivy", &staging.path().join("trivy")).unwrap();
        let Stored::Unknown(Some(hash)) = store.find("trivy") else {
            panic!("{:?}", store.find("trivy"))
        };
        assert_eq!(hash.len(), 64);
        assert_eq!(fs::metadata(store.path("trivy")).unwrap().permissions().mode() & 0o777, 0o755);
    }
}
