//! End to end: the real binary with the real docker, hadolint, trivy and registry, as people run it.
//!
//! Each test breaks one thing and looks at all that people get: exit code, message, and what became of the rest.

mod bases;
mod build;
mod cleaning;
mod failures;
mod graph;
mod happy;
mod interrupt;
mod lint;
mod mistakes;
mod output;
mod release;
mod scanning;
mod secrets;
mod stage_env;
