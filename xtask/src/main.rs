//! The `xtask` binary: everything is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    xtask::cli::main()
}
