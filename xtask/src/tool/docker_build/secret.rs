//! A build secret as it is written: `id=NAME,env=VARIABLE` or `id=NAME,src=FILE`.

/// A secret of a build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuildSecret {
    /// The id that `RUN --mount=type=secret` names.
    pub id: String,
    /// Where its value comes from.
    pub source: SecretSource,
}

/// Where a secret's value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretSource {
    /// An environment variable.
    Env(String),
    /// A file, relative to the pipeline's root.
    File(String),
}

impl BuildSecret {
    /// Reads the form that buildx takes; `None` if it is not that.
    pub fn parse(text: &str) -> Option<Self> {
        let field = |keys: &[&str]| {
            let mut fields = text.split(',').filter_map(|part| part.split_once('='));
            fields
                .find(|(key, _)| keys.contains(&key.trim()))
                .map(|(_, value)| value.trim().to_owned())
        };
        let file = || field(&["src", "source"]);
        let source = match field(&["env"]) {
            Some(variable) => SecretSource::Env(variable),
            // With `type=env`, buildx takes `src` for a variable's name, too.
            None if field(&["type"]).as_deref() == Some("env") => SecretSource::Env(file()?),
            None => SecretSource::File(file()?),
        };
        Some(Self {
            id: field(&["id"])?,
            source,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms() {
        let env = BuildSecret {
            id: "a".to_owned(),
            source: SecretSource::Env("A".to_owned()),
        };
        assert_eq!(BuildSecret::parse("id=a,env=A"), Some(env.clone()));
        assert_eq!(BuildSecret::parse("type=env,id=a,src=A"), Some(env));
        let file = BuildSecret {
            id: "a".to_owned(),
            source: SecretSource::File("x/y".to_owned()),
        };
        assert_eq!(BuildSecret::parse("type=file,id=a,src=x/y"), Some(file));
        assert_eq!(BuildSecret::parse("env=A"), None);
    }
}
