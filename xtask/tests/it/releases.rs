//! Releases from the first to a backport, on a real registry and a real git repository: after each, exactly the tags that should be there, at the
//! digests they should have.

mod changes;
mod ecr;
mod killed;
mod lines;
mod preflight;
pub mod project;
mod separate;
