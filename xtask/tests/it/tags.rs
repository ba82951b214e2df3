//! Tag rules mean what they mean in docker/metadata-action: events as CI describes them go in, tags come out.
//!
//! Each module has one part of the rules as a table. Nothing here needs git, docker or a network but `command`, which runs the binary.

mod ci;
mod command;
mod dates;
mod documented;
mod flavor;
mod labels;
mod properties;
mod refs;
mod templates;
mod versions;

use ci::Ci;
