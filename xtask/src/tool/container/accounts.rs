//! The users and groups an image knows: `/etc/passwd` and `/etc/group` as numbers by name.

use std::collections::BTreeMap;

/// Names of an image, with their numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accounts {
    users: BTreeMap<String, u32>,
    groups: BTreeMap<String, u32>,
}

impl Accounts {
    /// Reads both files; lines that are none are left out, as the engine does.
    pub fn parse(passwd: &str, group: &str) -> Self {
        Self {
            users: numbers(passwd),
            groups: numbers(group),
        }
    }

    /// The number of a user: itself, or what the image's `/etc/passwd` says.
    pub fn uid(&self, user: &str) -> Option<u32> {
        user.parse().ok().or_else(|| self.users.get(user).copied())
    }

    /// The number of a group: itself, or what the image's `/etc/group` says.
    pub fn gid(&self, group: &str) -> Option<u32> {
        group.parse().ok().or_else(|| self.groups.get(group).copied())
    }
}

/// In both files, a line is `name:password:number:…`. The first line of a name counts.
fn numbers(text: &str) -> BTreeMap<String, u32> {
    let mut numbers = BTreeMap::new();
    for line in text.lines() {
        let mut fields = line.split(':');
        if let (Some(name), Some(Ok(number))) = (fields.next(), fields.nth(1).map(str::parse)) {
            numbers.entry(name.to_owned()).or_insert(number);
        }
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_numbers_and_numbers_stay() {
        let accounts = Accounts::parse("root:x:0:0::/:/bin/sh\n# no account\napp:x:1000:1000::/:\n", "app:x:1001:\n");
        assert_eq!(accounts.uid("app"), Some(1000));
        assert_eq!(accounts.gid("app"), Some(1001));
        assert_eq!(accounts.uid("42"), Some(42));
        assert_eq!(accounts.uid("nobody"), None);
    }
}
