//! Dockerfiles as people write them, each against what docker would fetch for it.

use super::*;
use crate::pipeline::ImageName;

fn request() -> ImageRequest {
    let mut request = ImageRequest::new(ImageName::new("app"), "app/Dockerfile");
    request.platforms = vec!["linux/amd64".to_owned()];
    request
}

fn parse(text: &str) -> Dockerfile {
    Dockerfile::parse(text, &request()).unwrap()
}

/// The bases as `reference@line`.
fn bases(dockerfile: &Dockerfile) -> Vec<String> {
    assert_eq!(dockerfile.unresolved, []);
    let all = dockerfile.bases.iter();
    all.map(|base| format!("{}@{}", base.reference, base.line)).collect()
}

fn error(text: &str) -> String {
    Dockerfile::parse(text, &request()).unwrap_err().to_string()
}

#[test]
fn stages_are_followed_and_everything_outside_is_found_once() {
    let dockerfile = parse(
        "# syntax=docker/dockerfile:1.7\n\
         ARG GO=1.24\n\
         FROM --platform=$BUILDPLATFORM golang:${GO} AS Build\n\
         RUN --mount=type=cache,target=/root --mount=target=/tools,from=tools,type=bind go build\n\
         FROM build as Tested\n\
         run --mount=from=tools go test\n\
         FROM scratch\n\
         COPY --from=build --chown=1 /a /a\n\
         COPY --chown=1 --from=1 /b /b\n\
         COPY --from=busybox:1.36 /bin/sh /bin/sh\n\
         COPY --from=scratch / /\n",
    );
    assert_eq!(dockerfile.syntax.as_deref(), Some("docker/dockerfile:1.7"));
    assert_eq!(dockerfile.stages, ["build", "tested"]);
    assert_eq!(bases(&dockerfile), ["golang:1.24@3", "tools@4", "busybox:1.36@10"]);
}

#[test]
fn a_stage_that_the_target_does_not_need_fetches_nothing() {
    let text = "FROM a AS one\nFROM b AS two\nFROM one AS three\nCOPY --from=four / /\nFROM d AS four\nFROM e\n";
    let mut request = request();
    let mut bases_of = |target: &str| {
        request.target = Some(target.to_owned());
        bases(&Dockerfile::parse(text, &request).unwrap())
    };
    assert_eq!(bases_of("two"), ["b@2"]);
    assert_eq!(bases_of("THREE"), ["a@1", "d@5"]);
    assert_eq!(bases(&parse(text)), ["e@6"]);

    request.target = Some("five".to_owned());
    assert_eq!(
        Dockerfile::parse(text, &request).unwrap_err().to_string(),
        "`app/Dockerfile` has no stage `five`; it has `one`, `two`, `three`, `four`"
    );
}

#[test]
fn a_name_means_the_stage_before_it() {
    // Docker warns of a name given twice, and takes the later one; `FROM alpine AS alpine` is no circle.
    assert_eq!(bases(&parse("FROM alpine AS alpine\nFROM alpine\n")), ["alpine@1"]);
    assert_eq!(bases(&parse("FROM a AS x\nFROM b AS x\nFROM x\n")), ["b@2"]);
    assert_eq!(
        bases(&parse("FROM later\nFROM scratch AS later\nFROM scratch\nCOPY --from=0 / /\n")),
        ["later@1"]
    );
}

#[test]
fn arguments_win_over_defaults_which_see_those_before_them() {
    let text = "ARG REGISTRY=docker.io TAG\nARG BASE=\"${REGISTRY}/base:${TAG:-dev}\"\nFROM ${BASE}${SUFFIX:+-$SUFFIX}\nARG TAG=no\nCOPY --from=x / /\n";
    assert_eq!(bases(&parse(text)), ["docker.io/base:dev@3", "x@5"]);
    let mut request = request();
    request.args = [("TAG", "2"), ("REGISTRY", "ghcr.io"), ("SUFFIX", "undeclared")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
    assert_eq!(bases(&Dockerfile::parse(text, &request).unwrap()), ["ghcr.io/base:2@3", "x@5"]);
    request.args = [("BASE".to_owned(), "app:{{ version }}".to_owned())].into();
    assert_eq!(bases(&Dockerfile::parse(text, &request).unwrap()), ["app:{{ version }}@3", "x@5"]);
}

#[test]
fn platforms_choose_stages_and_images() {
    let text = "FROM a AS base-amd64\nFROM b AS base-arm64\nFROM base-${TARGETARCH} AS final\nCOPY --from=tools / /\n";
    let mut request = request();
    assert_eq!(bases(&Dockerfile::parse(text, &request).unwrap()), ["a@1", "tools@4"]);
    request.platforms.push("linux/arm64".to_owned());
    assert_eq!(bases(&Dockerfile::parse(text, &request).unwrap()), ["a@1", "b@2", "tools@4"]);
    let text = "ARG TARGETPLATFORM\nFROM x-$TARGETARCH-$TARGETSTAGE\n";
    assert_eq!(
        bases(&Dockerfile::parse(text, &request).unwrap()),
        ["x-amd64-default@2", "x-arm64-default@2"]
    );
}

#[test]
fn what_comes_to_nothing_says_why() {
    let dockerfile = parse(
        "ARG BASE\nFROM $BASE AS a\nFROM a:$TAG AS b\nFROM ${X:?name-it}\nCOPY --from=a / /\nCOPY --from=b / /\nCOPY --from=$Y / /\nRUN --mount=from=9 true\n",
    );
    assert_eq!(dockerfile.bases, []);
    let reasons = dockerfile
        .unresolved
        .iter()
        .map(|it| format!("{} {}: {}", it.line, it.written, it.reason));
    assert_eq!(
        reasons.collect::<Vec<_>>(),
        [
            "2 $BASE: `BASE` has no value; give it a default in its `ARG`, or a value in the image's `args`",
            "3 a:$TAG: `TAG` has no value; give it a default in its `ARG`, or a value in the image's `args`",
            "4 ${X:?name-it}: `X`: name-it",
            "7 $Y: `from` takes no variables; write `FROM $Y AS name` before it and take it from that stage",
            "8 9: there is no stage 9; the first is 0",
        ]
    );
    // An argument that may be empty is no mistake.
    assert_eq!(bases(&parse("ARG SUFFIX\nFROM base$SUFFIX\n")), ["base@2"]);
}

#[test]
fn lines_are_joined_as_docker_joins_them() {
    let text = "\u{feff}FROM \\\r\n  # why\r\n\r\n  alpine:3 \\\r\n  AS x\r\nRUN \\\r\n  --mount=type=bind,\\\r\nfrom=tools \\\r\n  # from=commented\r\n  --mount=\"type=cache,from=warm\" \\\r\n  true\r\n# FROM comment\r\ncopy --from=y a \\\r\n  b\r\n";
    assert_eq!(bases(&parse(text)), ["alpine:3@1", "tools@6", "warm@6", "y@13"]);
    let text = "# escape=`\nFROM `\n  windows/nano\nCOPY --from=x c:\\ `\n  c:\\\n";
    assert_eq!(bases(&parse(text)), ["windows/nano@2", "x@4"]);
}

#[test]
fn a_body_is_no_instruction() {
    let text = "FROM a\nRUN cat <<EOF > /etc/x && cat <<-'TWO'\nFROM body\nEOF\nCOPY --from=body . .\n\tTWO\nCOPY <<x --from=no /f\nFROM y\nx\nRUN <<EOF\nCOPY --from=body . .\nEOF\nCOPY --from=real / /\n";
    assert_eq!(bases(&parse(text)), ["a@1", "real@13"]);
}

#[test]
fn mistakes_name_the_line() {
    assert_eq!(error(""), "`app/Dockerfile` line 1: expected at least one FROM instruction");
    assert_eq!(error("FROM a\n\nRUM x\n"), "`app/Dockerfile` line 3: unknown instruction `RUM`");
    assert_eq!(error("RUN x\nFROM a\n"), "`app/Dockerfile` line 1: expected FROM");
    assert_eq!(
        error("FROM a\nRUN <<EOF\nx\n"),
        "`app/Dockerfile` line 2: the here-document has no end; put `EOF` on a line of its own"
    );
    let unreadable = Dockerfile::read(Path::new("/nowhere"), &request()).unwrap_err();
    assert_eq!(unreadable.to_string(), "cannot read `app/Dockerfile`: no such file or directory");
}

#[test]
fn onbuild_is_for_those_who_build_on_it() {
    assert_eq!(
        bases(&parse("FROM a\nONBUILD COPY --from=child / /\nONBUILD RUN <<E\nFROM x\nE\n")),
        ["a@1"]
    );
}

/// Whatever the bytes, there is an answer: a generator of its own keeps the run the same everywhere.
#[test]
fn no_soup_makes_it_panic() {
    let pieces = [
        "FROM ",
        "from a AS b",
        "ARG ",
        "A=",
        "COPY ",
        "RUN ",
        "ONBUILD ",
        "ADD ",
        "HEALTHCHECK ",
        "SHELL ",
        "--from=",
        "--mount=",
        "from=x,",
        "<<EOF",
        "<<-'E'",
        "EOF",
        "\n",
        "\r\n",
        "\\\n",
        "`\n",
        "\\",
        "`",
        "# escape=`\n",
        "# syntax=",
        "#",
        "$",
        "${",
        "}",
        ":-",
        "%",
        "//",
        "*",
        "\"",
        "'",
        "[\"",
        "\",",
        "]",
        "\\u12",
        " ",
        "\t",
        "\u{feff}",
        "\u{fffd}",
        "é",
        "𝄞",
        "\0",
        "=",
        ",",
        "0",
        "scratch",
        "AS",
        "@",
        "\x0b",
        "CMD ",
        "EXPOSE ",
        "VOLUME ",
    ];
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % 1_000_003).unwrap() % below
    };
    let mut read = 0;
    for round in 0..20_000 {
        let mut text = if round % 2 == 0 { "FROM a\n".to_owned() } else { String::new() };
        for _ in 0..random(24) {
            text.push_str(pieces[random(pieces.len())]);
        }
        read += usize::from(Dockerfile::parse(&text, &request()).is_ok());
        // Raw bytes too, as a file would hold them.
        let bytes: Vec<u8> = (0..random(60)).map(|_| u8::try_from(random(256)).unwrap()).collect();
        let _ = Dockerfile::parse(&format!("FROM a\n{}", String::from_utf8_lossy(&bytes)), &request());
    }
    assert!(read > 500, "the soup is too thin: only {read} could be read");
}
