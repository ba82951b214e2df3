//! The platform arguments that every build has without declaring them: `TARGETARCH`, `BUILDPLATFORM` and the rest.

use std::env::consts::ARCH;

/// A platform in `BuildKit`'s normal form.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Platform {
    os: String,
    architecture: String,
    variant: String,
}

impl Platform {
    /// `linux/arm64/v8` and what people write for it. Windows versions and the like are left to docker.
    fn parse(platform: &str) -> Self {
        let platform = platform.to_ascii_lowercase();
        let mut parts = platform.splitn(3, '/');
        let os = parts.next().unwrap_or_default();
        let (architecture, variant) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let (architecture, variant) = match (architecture, variant) {
            ("x86_64" | "x86-64", variant) => ("amd64", variant),
            ("aarch64" | "arm64", "" | "8" | "v8") => ("arm64", ""),
            ("aarch64", variant) => ("arm64", variant),
            ("armhf", _) | ("arm", "" | "7") => ("arm", "v7"),
            ("armel", _) | ("arm", "6") => ("arm", "v6"),
            ("amd64", "v1") => ("amd64", ""),
            other => other,
        };
        Self {
            os: os.to_owned(),
            architecture: architecture.to_owned(),
            variant: variant.to_owned(),
        }
    }
}

/// The platform that is built for where nobody says otherwise: containers on this machine's processor.
pub(super) fn host() -> String {
    format!("linux/{ARCH}")
}

/// The arguments of a build for one platform, done on this machine.
pub(super) fn arguments(target: &str) -> impl Iterator<Item = (String, String)> {
    let one = |prefix: &'static str, platform: Platform| {
        let Platform { os, architecture, variant } = platform;
        let parts = [os.as_str(), &architecture, &variant];
        let whole = parts.map(str::to_owned).into_iter().filter(|part| !part.is_empty());
        let whole = whole.collect::<Vec<_>>().join("/");
        [("PLATFORM", whole), ("OS", os), ("ARCH", architecture), ("VARIANT", variant)]
            .map(|(name, value)| (format!("{prefix}{name}"), value))
    };
    one("TARGET", Platform::parse(target))
        .into_iter()
        .chain(one("BUILD", Platform::parse(&host())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(platform: &str) -> Vec<String> {
        arguments(platform).take(4).map(|(_, value)| value).collect()
    }

    #[test]
    fn platforms_are_normal() {
        assert_eq!(target("linux/amd64"), ["linux/amd64", "linux", "amd64", ""]);
        assert_eq!(target("linux/aarch64"), ["linux/arm64", "linux", "arm64", ""]);
        assert_eq!(target("linux/arm64/v8"), ["linux/arm64", "linux", "arm64", ""]);
        assert_eq!(target("linux/arm"), ["linux/arm/v7", "linux", "arm", "v7"]);
        assert_eq!(target("linux/arm/v6"), ["linux/arm/v6", "linux", "arm", "v6"]);
    }

    #[test]
    fn names_are_the_known_ones() {
        let names: Vec<_> = arguments("linux/amd64").map(|(name, _)| name).collect();
        let expected = "TARGETPLATFORM TARGETOS TARGETARCH TARGETVARIANT BUILDPLATFORM BUILDOS BUILDARCH BUILDVARIANT";
        assert_eq!(names.join(" "), expected);
    }
}
