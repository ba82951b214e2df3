//! All integration tests in one binary (one link). Those that use docker, hadolint, trivy, a registry or the ECR API use the real ones:
//! where one is missing the test fails, it does not skip.

mod base;
mod build;
mod changelog;
mod cli;
mod container_test;
mod custom_run;
mod diagnostics;
mod ecr;
mod ecr_stand_in;
mod exec_containers;
mod exec_process;
mod facts_git;
mod import;
mod lint;
mod push;
mod releases;
mod scan;
mod schema;
mod setup;
mod support;
mod tags;
mod tidy;
