//! A stand-in for Amazon ECR on one machine, for tests and exercises; never on the way of a real release.
//!
//! One port speaks both halves: AWS's API (JSON 1.1) and the registry's (`/v2/`), which a real `docker-registry` behind serves, so that the real
//! docker engine pushes and pulls. Logins that expire, immutable tags, lifecycle rules and scan states are ECR's; what cannot be had on demand
//! from ECR (faults, another time of day) is played on request. What is asked of it is logged.
//!
//! Layers, imports only downward: `http` < `model` < `backend` < `service` < `api`, `data_plane`, `admin` < `server` < `stand_in`.

mod admin;
mod api;
mod backend;
mod data_plane;
mod http;
mod model;
mod options;
mod server;
mod service;
mod stand_in;

pub use options::{Options, duration};
pub use service::{Fault, LogEntry, ScanScript};
pub use stand_in::EcrStandIn;
