//! `cargo xtask clean`: what this project built goes, and nothing else.

use std::{fs, path::Path};

use anyhow::Context as _;
use xshell::{Shell, cmd};

use crate::{cli::CleanArgs, tool::debian_root};

use super::{
    CommandFailure, Console, DONE, Loaded,
    built::{self, Built},
};

/// Removes containers and images, and with `--caches` what else was kept.
pub(super) fn clean(loaded: &Loaded, args: &CleanArgs, console: &Console) -> Result<u8, CommandFailure> {
    let pipeline = &loaded.resolved.pipeline;
    let target = pipeline.root.join("target/xtask");
    let shell = Shell::new().context("cannot tell the current folder")?;
    if cmd!(shell, "docker version").quiet().ignore_stdout().ignore_stderr().run().is_err() {
        console.note("the docker engine does not answer, so there are no images to remove; `cargo xtask setup` says more");
    } else {
        let containers = containers(&shell, &pipeline.project)?;
        let images = images(
            &shell,
            &target,
            pipeline.images.keys().map(|image| format!("{}/{image}:dev", pipeline.project)),
        )?;
        console.out(&format!(
            "removed {containers} containers and {images} images of `{}`",
            pipeline.project
        ));
        if args.caches {
            let stand_ins = stand_ins(&shell)?;
            console.out(&format!("removed {stand_ins} stand-ins for base images"));
        }
    }
    if args.caches && target.exists() {
        fs::remove_dir_all(&target).with_context(|| format!("cannot remove `{}`", target.display()))?;
        console.out("removed target/xtask: run folders, trivy's database");
    } else if !args.caches {
        console.out("kept caches and run folders; `--caches` removes them, too");
    }
    Ok(DONE)
}

fn containers(shell: &Shell, project: &str) -> anyhow::Result<usize> {
    let filter = format!("label=dev.xtask.project={project}");
    let ids = cmd!(shell, "docker ps --all --quiet --filter {filter}")
        .quiet()
        .read()
        .context("cannot list containers")?;
    let ids: Vec<&str> = ids.lines().collect();
    let count = ids.len();
    if count > 0 {
        cmd!(shell, "docker rm --force {ids...}")
            .quiet()
            .ignore_stdout()
            .run()
            .context("cannot remove containers")?;
    }
    Ok(count)
}

/// Takes our names away; an image that has another name stays under that.
fn images(shell: &Shell, target: &Path, names: impl Iterator<Item = String>) -> anyhow::Result<usize> {
    let mut known = built::read(target);
    known.references.extend(names);
    let mut removed = 0;
    for reference in &known.references {
        removed += usize::from(remove(shell, reference));
    }
    // Older builds lost their name to newer ones, unless somebody gave them one of his own.
    for id in &known.ids {
        let format = "{{len .RepoTags}}";
        let tags = cmd!(shell, "docker image inspect --format {format} {id}")
            .quiet()
            .ignore_stderr()
            .read();
        removed += usize::from(tags.is_ok_and(|tags| tags.trim() == "0") && remove(shell, id));
    }
    built::write(target, &Built::default()).or_else(|error| if target.exists() { Err(error) } else { Ok(()) })?;
    Ok(removed)
}

fn stand_ins(shell: &Shell) -> anyhow::Result<usize> {
    let filter = format!("label={}", debian_root::LABEL);
    let format = "{{.Repository}}:{{.Tag}}";
    let names = cmd!(shell, "docker images --filter {filter} --format {format}")
        .quiet()
        .read()
        .context("cannot list images")?;
    // Images built from a stand-in inherit its label: only the stand-ins' own names count.
    Ok(names
        .lines()
        .filter(|name| name.starts_with(debian_root::REPOSITORY) && remove(shell, name))
        .count())
}

fn remove(shell: &Shell, image: &str) -> bool {
    cmd!(shell, "docker image rm {image}")
        .quiet()
        .ignore_stdout()
        .ignore_stderr()
        .run()
        .is_ok()
}
