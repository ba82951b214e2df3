//! Names as newtypes, so that an image's name is never taken for a stage's.

use std::{borrow::Borrow, fmt};

use serde::Serialize;

macro_rules! name {
    ($(#[$doc:meta])* $Name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $Name(String);

        impl $Name {
            /// Takes a name as it is; [`resolve`](crate::pipeline) checks names before they get here.
            pub fn new(name: impl Into<String>) -> Self {
                Self(name.into())
            }

            /// The name as written.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $Name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl Borrow<str> for $Name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    };
}

name! {
    /// The key of an `[images.NAME]` table.
    ImageName
}
name! {
    /// The `name` of a `[[stages]]` table.
    StageName
}
name! {
    /// The key of a `[registries.NAME]` table.
    RegistryName
}
name! {
    /// The key of a `[tasks.NAME]` table.
    TaskName
}
