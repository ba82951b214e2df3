//! Where images are pushed.

use std::collections::BTreeSet;

use super::{Allowance, EcrRepository, RegistryName};

/// A `[registries.NAME]` table.
#[derive(Clone, Debug)]
pub struct Registry {
    /// Its name.
    pub name: RegistryName,
    /// Template of the repository within the registry; `{{project}}/{{image}}` by default.
    pub repository: String,
    /// What a push to this registry tolerates.
    pub allow: BTreeSet<Allowance>,
    /// How it is reached.
    pub kind: RegistryKind,
}

/// The two kinds of registry.
#[derive(Clone, Debug)]
pub enum RegistryKind {
    /// Any OCI registry.
    Oci(OciRegistry),
    /// Amazon ECR (`uses = "ecr"`).
    Ecr(EcrRegistry),
}

/// A registry that speaks the OCI distribution API under a fixed host.
#[derive(Clone, Debug)]
pub struct OciRegistry {
    /// Host and port.
    pub host: String,
    /// Environment variable that holds the user name, where the user's own docker login is not to be used.
    pub username_env: Option<String>,
    /// Environment variable that holds the password.
    pub password_env: Option<String>,
}

/// An Amazon ECR registry. Its host is what the API returns, never a name made here.
#[derive(Clone, Debug, Default)]
pub struct EcrRegistry {
    /// AWS region; the standard chain's when absent.
    pub region: Option<String>,
    /// Account id; the credentials' own when absent.
    pub account: Option<String>,
    /// Whether a missing repository is created by a push.
    pub create: bool,
    /// How its repositories are to be.
    pub repositories: EcrRepository,
}
