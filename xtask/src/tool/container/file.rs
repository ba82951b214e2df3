//! A file of an image, read from the first header of the tar that `docker cp` writes: works without a shell in the image.

use std::{fmt, io};

use crate::pipeline::options::{FileCheck, FileKind};

use super::{Accounts, Check};

/// What a tar header says of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileFacts {
    /// What it is; `None` for devices and the like.
    pub kind: Option<FileKind>,
    /// Permissions with the set-id and sticky bits.
    pub mode: u32,
    /// Number of its owner.
    pub uid: u64,
    /// Number of its group.
    pub gid: u64,
    /// What a symbolic link points at.
    pub target: Option<String>,
}

impl FileFacts {
    /// Reads the first entry of a tar; what comes after its header may be cut off.
    pub fn parse(tar: &[u8]) -> io::Result<Self> {
        let mut archive = tar::Archive::new(tar);
        let entry = archive.entries()?.next().ok_or(io::ErrorKind::UnexpectedEof)??;
        let header = entry.header();
        let kind = header.entry_type();
        Ok(Self {
            kind: match () {
                () if kind.is_file() => Some(FileKind::File),
                () if kind.is_dir() => Some(FileKind::Directory),
                () if kind.is_symlink() => Some(FileKind::Symlink),
                () => None,
            },
            mode: header.mode()? & 0o7777,
            uid: header.uid()?,
            gid: header.gid()?,
            target: entry.link_name()?.map(|target| target.display().to_string()),
        })
    }

    /// The content of the first entry of a tar.
    pub fn content(tar: &[u8]) -> io::Result<String> {
        let mut archive = tar::Archive::new(tar);
        let mut entry = archive.entries()?.next().ok_or(io::ErrorKind::UnexpectedEof)??;
        let mut content = Vec::new();
        io::Read::read_to_end(&mut entry, &mut content)?;
        Ok(String::from_utf8_lossy(&content).into_owned())
    }

    const fn kind_name(&self) -> &'static str {
        match self.kind {
            Some(kind) => name(kind),
            None => "special file",
        }
    }
}

impl fmt::Display for FileFacts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:04o} {}:{}", self.kind_name(), self.mode, self.uid, self.gid)?;
        self.target.iter().try_for_each(|target| write!(f, " -> {target}"))
    }
}

/// Compares a file with what must hold; `None` is a path that is not there.
pub fn check_file(check: &FileCheck, facts: Option<&FileFacts>, accounts: &Accounts) -> Check {
    let title = format!("file `{}`", check.path);
    let facts = match (facts, check.exists) {
        (Some(facts), true) => facts,
        (None, false) => return Check::pass(title, "is not there"),
        (Some(facts), false) => return Check::fail(title, format!("expected not to be there, actual {facts}")),
        (None, true) => return Check::fail(title, "expected to be there, actual absent"),
    };
    let mut problems = Vec::new();
    if let Some(kind) = check.kind.filter(|kind| facts.kind != Some(*kind)) {
        problems.push(format!("expected type {}, actual {}", name(kind), facts.kind_name()));
    }
    if let Some(mode) = &check.mode {
        problems.extend(mode_problem(mode, facts.mode));
    }
    if let Some(owner) = &check.owner {
        problems.extend(owner_problem(owner, facts, accounts));
    }
    if let Some(target) = check.target.as_ref().filter(|target| facts.target.as_ref() != Some(target)) {
        let actual = facts
            .target
            .as_deref()
            .map_or_else(|| format!("no link but a {}", facts.kind_name()), |target| format!("`{target}`"));
        problems.push(format!("expected to point at `{target}`, actual {actual}"));
    }
    Check::of(title, facts.to_string(), &problems)
}

const fn name(kind: FileKind) -> &'static str {
    match kind {
        FileKind::File => "file",
        FileKind::Directory => "directory",
        FileKind::Symlink => "symlink",
    }
}

fn mode_problem(expected: &str, actual: u32) -> Option<String> {
    let digits = expected.strip_prefix("0o").unwrap_or(expected);
    match u32::from_str_radix(digits, 8) {
        Ok(mode) if mode == actual => None,
        Ok(mode) => Some(format!("expected mode {mode:04o}, actual {actual:04o}")),
        Err(_) => Some(format!("expected mode `{expected}` is not octal; write one as `0644`")),
    }
}

fn owner_problem(expected: &str, facts: &FileFacts, accounts: &Accounts) -> Option<String> {
    let (user, group) = match expected.split_once(':') {
        Some((user, group)) => (user, Some(group)),
        None => (expected, None),
    };
    let Some(uid) = accounts.uid(user) else {
        return Some(format!("expected owner `{user}` is not in the image's `/etc/passwd`"));
    };
    let gid = match group.map(|group| (group, accounts.gid(group))) {
        Some((group, None)) => return Some(format!("expected group `{group}` is not in the image's `/etc/group`")),
        Some((_, gid)) => gid,
        None => None,
    };
    let right = facts.uid == u64::from(uid) && gid.is_none_or(|gid| facts.gid == u64::from(gid));
    (!right).then(|| format!("expected owner `{expected}`, actual {}:{}", facts.uid, facts.gid))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tar_of(kind: tar::EntryType, mode: u32, target: &str) -> Vec<u8> {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(kind);
        header.set_mode(mode);
        header.set_uid(1000);
        header.set_gid(1001);
        header.set_size(0);
        let mut builder = tar::Builder::new(Vec::new());
        if target.is_empty() {
            builder.append_data(&mut header, "x", io::empty()).unwrap();
        } else {
            builder.append_link(&mut header, "x", target).unwrap();
        }
        builder.into_inner().unwrap()
    }

    fn problems(check: &str, facts: Option<&FileFacts>) -> Check {
        let accounts = Accounts::parse("app:x:1000:1001::/:", "app:x:1001:");
        check_file(&toml::from_str(check).unwrap(), facts, &accounts)
    }

    #[test]
    fn a_header_is_enough() {
        let mut tar = tar_of(tar::EntryType::Regular, 0o4755, "");
        tar.truncate(512);
        let facts = FileFacts::parse(&tar).unwrap();
        assert_eq!(facts.to_string(), "file 4755 1000:1001");
        let long = "/a".repeat(120);
        let facts = FileFacts::parse(&tar_of(tar::EntryType::Symlink, 0o777, &long)).unwrap();
        assert_eq!(facts.target.as_ref(), Some(&long));
        assert!(FileFacts::parse(b"").is_err());
    }

    #[test]
    fn every_property_is_compared() {
        let facts = FileFacts::parse(&tar_of(tar::EntryType::Regular, 0o640, "")).unwrap();
        for right in [
            "path = '/x'",
            "path = '/x'\nmode = '0640'\ntype = 'file'",
            "path = '/x'\nowner = '1000'",
            "path = '/x'\nowner = 'app:app'",
        ] {
            assert!(problems(right, Some(&facts)).passed, "{right}");
        }
        assert!(problems("path = '/x'\nexists = false", None).passed);
        let wrong = [
            ("mode = '644'", "expected mode 0644, actual 0640"),
            ("mode = 'rw-'", "expected mode `rw-` is not octal; write one as `0644`"),
            ("owner = '0:0'", "expected owner `0:0`, actual 1000:1001"),
            ("owner = 'app:0'", "expected owner `app:0`, actual 1000:1001"),
            ("owner = 'who'", "expected owner `who` is not in the image's `/etc/passwd`"),
            ("type = 'directory'", "expected type directory, actual file"),
            ("target = '/y'", "expected to point at `/y`, actual no link but a file"),
            ("exists = false", "expected not to be there, actual file 0640 1000:1001"),
        ];
        for (property, problem) in wrong {
            let check = problems(&format!("path = '/x'\n{property}"), Some(&facts));
            assert_eq!((check.passed, check.found.as_str()), (false, problem));
        }
        assert_eq!(problems("path = '/x'", None).found, "expected to be there, actual absent");
    }
}
