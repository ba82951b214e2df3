//! The plan as people read it: what runs, in which order, and what waits for what.

use std::{
    collections::BTreeSet,
    fmt::{self, Display, Formatter},
};

use super::{Action, Plan, Step};

impl Display for Plan {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let images: BTreeSet<_> = self.steps.iter().filter_map(|step| step.image.as_ref()).collect();
        write!(
            f,
            "{}: {}, {}",
            self.task,
            count(images.len(), "image"),
            count(self.steps.len(), "step")
        )?;
        if let Some(registry) = &self.registry {
            write!(f, ", pushed to registry `{registry}`")?;
        }
        writeln!(f)?;
        let width = self.steps.len().to_string().len();
        for (index, step) in self.steps.iter().enumerate() {
            writeln!(f)?;
            write_step(f, index + 1, width, step)?;
        }
        for unmet in &self.unmet {
            writeln!(f, "\nwould be refused: {unmet}")?;
        }
        for note in &self.notes {
            writeln!(f, "\nnote: {note}")?;
        }
        Ok(())
    }
}

fn write_step(f: &mut Formatter<'_>, number: usize, width: usize, step: &Step) -> fmt::Result {
    write!(f, "{number:>width$}  {}", step.id)?;
    for (word, ids) in [("needs", &step.needs), ("after", &step.after)] {
        if !ids.is_empty() {
            let ids: Vec<&str> = ids.iter().map(super::StepId::as_str).collect();
            write!(f, "   ({word} {})", ids.join(", "))?;
        }
    }
    writeln!(f)?;
    let indent = " ".repeat(width + 2);
    if let Some(reason) = &step.skip {
        return writeln!(f, "{indent}skipped: {reason}");
    }
    if let Action::Base(job) = &step.action {
        if job.fallback.is_some() && job.allow_fallback {
            writeln!(f, "{indent}the first that can be had; else a stand-in from Debian packages:")?;
        } else if step.commands.len() > 1 {
            writeln!(f, "{indent}the first that can be had:")?;
        }
    }
    for command in &step.commands {
        writeln!(f, "{indent}$ {command}")?;
    }
    Ok(())
}

fn count(count: usize, word: &str) -> String {
    format!("{count} {word}{}", if count == 1 { "" } else { "s" })
}
