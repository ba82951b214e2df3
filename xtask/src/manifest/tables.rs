//! The tables of `pipeline.toml`, one type each. Everything is optional here: what is missing is said by `resolve`, with all the rest.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Allowance, Encryption, Located, RefEvent, Requirement, ShaFormat};

/// All tables of the file.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Tables {
    /// The project as a whole.
    pub project: ProjectTable,
    /// The tools and their versions: verified by `cargo xtask setup`, installed by `cargo xtask setup --install`.
    pub tools: ToolsTable,
    /// What is built. The key is the image's name.
    pub images: IndexMap<Located<String>, ImageTable>,
    /// How: the stages, in the order they run within an image.
    pub stages: Vec<StageTable>,
    /// What it is called: tag rules, in docker/metadata-action's vocabulary.
    pub tags: Vec<TagTable>,
    /// What applies to all tags.
    pub flavor: FlavorTable,
    /// Where versions come from.
    pub version: VersionTable,
    /// Where it is pushed. The key is what `--registry` takes.
    pub registries: IndexMap<Located<String>, RegistryTable>,
    /// Base images with mirrors or a stand-in. The key is the reference as Dockerfiles write it in `FROM`.
    pub bases: IndexMap<Located<String>, BaseTable>,
    /// What `cargo xtask NAME` runs.
    pub tasks: IndexMap<Located<String>, TaskTable>,
}

/// `[project]`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct ProjectTable {
    /// Name of the project: local images are called `PROJECT/IMAGE:dev`, and so are repositories by default.
    pub name: Option<Located<String>>,
    /// One line, for the label `org.opencontainers.image.description`.
    pub description: Option<String>,
    /// SPDX expression, for the label `org.opencontainers.image.licenses`.
    pub licenses: Option<String>,
    /// What every task without a push tolerates.
    pub allow: Vec<Located<Allowance>>,
}

/// `[tools]`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct ToolsTable {
    /// hadolint's version: exactly this one (`2.15.1`), or a requirement (`>=2.12`).
    pub hadolint: Option<Located<String>>,
    /// trivy's version, likewise.
    pub trivy: Option<Located<String>>,
    /// The docker engine's version, likewise.
    pub docker: Option<Located<String>>,
}

/// `[images.NAME]`. The options of `docker-build` may stand here, and a table under a stage's name overrides that stage's options.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct ImageTable {
    /// Build context, relative to `pipeline.toml`.
    pub context: Option<Located<String>>,
    /// Dockerfile, relative to the context; `Dockerfile` by default.
    pub dockerfile: Option<Located<String>>,
    /// Groups the image can be selected by.
    pub groups: Vec<Located<String>>,
    /// Tag rules of its own, in place of the pipeline's.
    pub tags: Option<Vec<TagTable>>,
    /// Where its version comes from; what is not said here is the pipeline's.
    pub version: VersionTable,
}

/// `[version]`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct VersionTable {
    /// How git tags of versions are called, such as `{{image}}/v{{version}}`; by default `v{{version}}` or the bare version.
    pub git_tag: Option<Located<String>>,
    /// File that says the version that comes next: `Cargo.toml`, `package.json`, `pyproject.toml`, or a text file with the version alone. Relative to
    /// `pipeline.toml`.
    pub file: Option<Located<String>>,
}

/// `[[stages]]`. The options of what it `uses` stand beside these keys.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct StageTable {
    /// The stage's name, a task of its own: `cargo xtask NAME`.
    pub name: Option<Located<String>>,
    /// What it does: `hadolint`, `docker-build`, `container-test`, `trivy` or `push`. Without it, `run` says.
    pub uses: Option<Located<String>>,
    /// Stages of the same image that must have passed first; the stage written before it by default.
    pub needs: Option<Vec<Located<String>>>,
    /// Stages of the same image that must have ended first, however they ended.
    pub after: Vec<Located<String>>,
    /// Environment for the commands of this stage.
    pub env: BTreeMap<String, String>,
    /// How long one step of it may take, such as `10m`.
    pub timeout: Option<Located<String>>,
}

/// `[[tags]]`, one rule.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct TagTable {
    /// `schedule`, `semver`, `pep440`, `match`, `edge`, `ref`, `raw` (the default) or `sha`.
    #[serde(rename = "type")]
    pub kind: Option<Located<String>>,
    /// Whether the rule applies: `true`, `false`, or a template that gives one of them.
    pub enable: Option<Located<BoolOrText>>,
    /// Higher goes first; ties keep the written order.
    pub priority: Option<i64>,
    /// Before the tag; overrides the flavor's, even when empty.
    pub prefix: Option<Located<String>>,
    /// After the tag; overrides the flavor's, even when empty.
    pub suffix: Option<Located<String>>,
    /// `semver`, `pep440`: a template over `raw`, `version`, `major`, `minor`, `patch`. `match`: a regular expression, which may be written
    /// `/…/flags`. `schedule`: a template over `date` and `commit_date`; `nightly` by default.
    pub pattern: Option<Located<String>>,
    /// `semver`, `pep440`, `match`: a template in place of the git tag. `raw`: the tag, a template.
    pub value: Option<Located<String>>,
    /// `semver`, `pep440`: a regular expression whose first group is the version.
    #[serde(rename = "match")]
    pub cut: Option<Located<String>>,
    /// `match`: which group of the regular expression; 0, the default, is all that it matches.
    pub group: Option<Located<i64>>,
    /// `edge`: the branch; the default branch by default.
    pub branch: Option<Located<String>>,
    /// `ref`: what it looks at.
    pub event: Option<Located<RefEvent>>,
    /// `sha`: how much of it.
    pub format: Option<Located<ShaFormat>>,
}

/// A bool, or a text that stands for one.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "expected a bool or a string")]
pub enum BoolOrText {
    /// `true` or `false`.
    Bool(bool),
    /// A template, or `"auto"`.
    Text(String),
}

/// `[flavor]`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct FlavorTable {
    /// Whether `latest` is added: a bool, or `"auto"` (the default): when the first rule that gave a tag says so.
    pub latest: Option<Located<BoolOrText>>,
    /// Before every tag; a template.
    pub prefix: Option<Located<String>>,
    /// Whether `prefix` goes on `latest`, too, as it is written.
    pub prefix_onlatest: bool,
    /// After every tag; a template.
    pub suffix: Option<Located<String>>,
    /// Whether `suffix` goes on `latest`, too, as it is written.
    pub suffix_onlatest: bool,
}

/// `[registries.NAME]`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct RegistryTable {
    /// `ecr` for Amazon ECR; nothing for any other OCI registry.
    pub uses: Option<Located<String>>,
    /// Host and port of an OCI registry.
    pub host: Option<Located<String>>,
    /// Template of the repository; `{{project}}/{{image}}` by default.
    pub repository: Option<Located<String>>,
    /// What a push to it tolerates.
    pub allow: Vec<Located<Allowance>>,
    /// Environment variable with the user name, in place of your docker login.
    pub username_env: Option<Located<String>>,
    /// Environment variable with the password.
    pub password_env: Option<Located<String>>,
    /// ECR: AWS region; the standard chain's by default.
    pub region: Option<Located<String>>,
    /// ECR: account id; the credentials' own by default.
    pub account: Option<Located<String>>,
    /// ECR: a tag that is set cannot be moved.
    pub immutable_tags: bool,
    /// ECR: what is pushed is scanned.
    pub scan_on_push: bool,
    /// ECR: a push creates a missing repository.
    pub create: bool,
    /// ECR: with `immutable-tags`, tags that can be moved all the same, such as `latest`; `*` stands for anything. Five at most.
    pub mutable_tags: Vec<Located<String>>,
    /// ECR: how images are encrypted, chosen once when the repository is created.
    pub encryption: Option<Located<Encryption>>,
    /// ECR: the KMS key for `encryption`, as id, ARN or alias; AWS's own by default.
    pub kms_key: Option<Located<String>>,
    /// ECR: which images go by themselves.
    pub lifecycle: Option<LifecycleTable>,
    /// ECR: file with the repository policy, JSON, relative to `pipeline.toml`.
    pub policy: Option<Located<String>>,
    /// ECR: tags of the repository as an AWS resource.
    pub resource_tags: BTreeMap<String, String>,
}

/// `[registries.NAME.lifecycle]`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct LifecycleTable {
    /// Images with a tag like one of these stay, whatever else is said; `*` stands for anything.
    pub keep: Vec<Located<String>>,
    /// Of all other images, so many stay: the newest.
    pub keep_last: Option<Located<u32>>,
    /// Images without any tag go after this time, in days: `7d`.
    pub expire_untagged: Option<Located<String>>,
    /// File with a lifecycle policy of ECR's own, JSON, relative to `pipeline.toml`; in place of the others.
    pub file: Option<Located<String>>,
}

/// `[bases."REFERENCE"]`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct BaseTable {
    /// References tried in order before the name itself.
    pub mirrors: Vec<Located<String>>,
    /// A stand-in from Debian packages, for tasks that `allow = ["fallback-bases"]`.
    pub fallback: Option<FallbackTable>,
}

/// `[bases."REFERENCE".fallback]`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct FallbackTable {
    /// Debian suite, such as `trixie`.
    pub suite: Option<Located<String>>,
    /// Packages on top of a minimal system.
    pub packages: Vec<String>,
    /// Shell commands run inside it, in order.
    pub setup: Vec<String>,
    /// Environment of the image.
    pub env: BTreeMap<String, String>,
}

/// `[tasks.NAME]`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct TaskTable {
    /// One line for the list of tasks.
    pub description: Option<String>,
    /// Images, groups or globs; all by default.
    pub images: Vec<Located<String>>,
    /// Stages; those they need come along.
    pub stages: Vec<Located<String>>,
    /// Where its push stages push to, unless `--registry` says otherwise.
    pub registry: Option<Located<String>>,
    /// What must hold before it starts.
    pub require: Vec<Located<Requirement>>,
    /// Branches it may run on, as names or globs; any by default.
    pub branches: Vec<Located<String>>,
    /// What it tolerates.
    pub allow: Vec<Located<Allowance>>,
}
