//! Follows the stages that the target needs, and collects what they take from outside.

use std::collections::{BTreeMap, HashSet};

use super::super::ImageRequest;
use super::{
    BaseReference, UnresolvedReference, expansion, platform,
    source::{Reference, Source},
};

/// What a build takes from outside.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub bases: Vec<BaseReference>,
    pub unresolved: Vec<UnresolvedReference>,
}

/// Follows the stages from the target on, once for each platform. `None` if there is no such target.
pub(super) fn follow(source: &Source, request: &ImageRequest) -> Option<Found> {
    let start = match &request.target {
        None => source.stages.len().checked_sub(1)?,
        Some(target) => by_name(source, target, source.stages.len())?,
    };
    let mut found = Found::default();
    let host = [platform::host()];
    let platforms = if request.platforms.is_empty() {
        &host[..]
    } else {
        &request.platforms
    };
    for platform in platforms {
        let mut walk = Walk {
            source,
            variables: variables(source, request, platform),
            found: &mut found,
        };
        walk.from(start);
    }
    found.bases.sort_by_key(|base| base.line);
    found.unresolved.sort_by_key(|unresolved| unresolved.line);
    let mut seen = HashSet::new();
    found.bases.retain(|base| seen.insert(base.reference.clone()));
    let mut seen = HashSet::new();
    found
        .unresolved
        .retain(|unresolved| seen.insert((unresolved.line, unresolved.written.clone())));
    Some(found)
}

/// The variables that a `FROM` sees: those of the platform, and the global arguments, each of which sees the ones before it. The image's own
/// arguments win over both.
fn variables(source: &Source, request: &ImageRequest, platform: &str) -> BTreeMap<String, String> {
    let target = request.target.clone().or_else(|| source.stages.last()?.name.clone());
    let mut variables: BTreeMap<_, _> = platform::arguments(platform).collect();
    variables.insert("TARGETSTAGE".to_owned(), target.unwrap_or_else(|| "default".to_owned()));
    for (name, value) in &mut variables {
        if let Some(given) = request.args.get(name) {
            value.clone_from(given);
        }
    }
    for (name, default) in &source.arguments {
        if let Some(given) = request.args.get(name) {
            variables.insert(name.clone(), given.clone());
        } else if let Some(default) = default {
            let expanded = expansion::expand(default, source.directives.escape, &|name| variables.get(name).map(String::as_str));
            // A default that cannot be filled in is no value: whoever uses it is told.
            if let Ok(expanded) = expanded {
                variables.insert(name.clone(), expanded.text);
            }
        }
    }
    variables
}

/// The last stage of that name before `end`.
fn by_name(source: &Source, name: &str, end: usize) -> Option<usize> {
    let is_it = |index: &usize| {
        source.stages[*index]
            .name
            .as_ref()
            .is_some_and(|own| own.eq_ignore_ascii_case(name))
    };
    (0..end).rev().find(is_it)
}

struct Walk<'s> {
    source: &'s Source,
    variables: BTreeMap<String, String>,
    found: &'s mut Found,
}

/// Where a reference leads.
enum Leads {
    ToStage(usize),
    Outside(String),
    ToNothing,
}

impl Walk<'_> {
    fn from(&mut self, start: usize) {
        let source = self.source;
        let mut seen = HashSet::from([start]);
        let mut next = vec![start];
        while let Some(index) = next.pop() {
            let stage = &source.stages[index];
            let from = self.base(&stage.from, index);
            let mut leads = vec![(&stage.from, from)];
            leads.extend(stage.takes.iter().map(|taken| (taken, self.taken(taken))));
            for (reference, leads) in leads {
                match leads {
                    Ok(Leads::ToStage(index)) => next.extend(seen.insert(index).then_some(index)),
                    Ok(Leads::Outside(image)) => self.found.bases.push(BaseReference {
                        reference: image,
                        line: reference.line,
                    }),
                    Ok(Leads::ToNothing) => {}
                    Err(reason) => self.found.unresolved.push(UnresolvedReference {
                        written: reference.written.clone(),
                        line: reference.line,
                        reason,
                    }),
                }
            }
        }
    }

    /// `FROM`: variables, then an earlier stage, then an image.
    fn base(&self, from: &Reference, stage: usize) -> Result<Leads, String> {
        let value = |name: &str| self.variables.get(name).map(String::as_str);
        let expanded = expansion::expand(&from.written, self.source.directives.escape, &value)?;
        match (is_reference(&expanded.text), expanded.unset.as_slice()) {
            (true, _) => Ok(by_name(self.source, &expanded.text, stage).map_or_else(|| outside(&expanded.text), Leads::ToStage)),
            (false, []) => Err(format!("`{}` is not an image reference", expanded.text)),
            (false, [first, ..]) => Err(format!(
                "`{first}` has no value; give it a default in its `ARG`, or a value in the image's `args`"
            )),
        }
    }

    /// `--from`: no variables, then a stage by name or number, then an image.
    fn taken(&self, from: &Reference) -> Result<Leads, String> {
        let written = from.written.as_str();
        if written.contains('$') {
            return Err(format!(
                "`from` takes no variables; write `FROM {written} AS name` before it and take it from that stage"
            ));
        }
        if let Some(index) = by_name(self.source, written, self.source.stages.len()) {
            return Ok(Leads::ToStage(index));
        }
        if let Ok(index) = written.parse::<usize>() {
            let known = index < self.source.stages.len();
            return known
                .then_some(Leads::ToStage(index))
                .ok_or_else(|| format!("there is no stage {index}; the first is 0"));
        }
        if !is_reference(written) {
            return Err(format!("`{written}` is not an image reference"));
        }
        Ok(outside(written))
    }
}

fn outside(image: &str) -> Leads {
    match image {
        "scratch" => Leads::ToNothing,
        image => Leads::Outside(image.to_owned()),
    }
}

/// Whether this can be a reference or the name of a context at all. Docker checks the rest.
fn is_reference(text: &str) -> bool {
    let is_edge = |c: char| matches!(c, ':' | '@' | '/');
    // The values of `args` are templates, which are filled in later; blanks may stand in them.
    let is_odd = |c: char| c == '$' || (c.is_whitespace() && !text.contains("{{"));
    !text.is_empty() && !text.contains(is_odd) && !text.starts_with(is_edge) && !text.ends_with(is_edge)
}
