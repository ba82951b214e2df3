//! What the project knows of the tools it shells out to: typed jobs → command lines, and output → verdict.
//!
//! Nothing here runs a program or touches the disk; `exec` does. Each tool is a file with its job type, a function that makes the command
//! line, and one that reads the answer. Values that are known only while running stand in command lines as [`late`] tokens.

mod command_line;
pub mod container;
pub mod debian_root;
pub mod docker_build;
pub mod docker_config;
pub mod docker_pull;
pub mod ecr;
pub mod findings;
pub mod git_tag;
pub mod hadolint;
pub mod late;
pub mod manifest;
pub mod push;
pub mod run;
mod secret;
pub mod trivy;

pub use command_line::CommandLine;
pub use findings::{Finding, FindingCounts};
pub use push::PushFault;
pub use secret::Secret;
