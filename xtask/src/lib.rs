//! Container pipelines as a cargo xtask.
//!
//! Data flows one way, and each phase is a type of its own:
//!
//! 1. [`manifest`] reads `pipeline.toml` as written: every value with its span.
//! 2. [`pipeline`] resolves it: typed, defaulted, checked. Problems become [`diag::Diagnostic`]s, all of them at once.
//! 3. [`facts`] reads the world once: git, the CI event, Dockerfiles, tools.
//! 4. [`tool`] knows the command lines of the tools and how to read their answers. It runs nothing.
//! 5. [`plan`] turns pipeline, facts and a selection into a graph of steps. Pure: no I/O, no environment.
//! 6. [`exec`] runs that graph and emits events. It prints nothing.
//! 7. [`report`] folds the events into what people and machines read.
//! 8. [`setup`] provides the tools a plan needs; [`cli`] and [`cmd`] are the command line over all of it.
//!
//! Imports go down this list only; `tests/tidy.rs` checks that.

pub mod cli;
pub mod cmd;
pub mod diag;
pub mod exec;
pub mod facts;
pub mod manifest;
pub mod pipeline;
pub mod plan;
pub mod report;
pub mod setup;
pub mod tool;
