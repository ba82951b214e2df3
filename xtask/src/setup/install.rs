//! Providing what an inspection found missing: one question, then packages, wheels and the engine, in this order.

use anyhow::{Context as _, bail};

use super::{
    Consent, Inspection, Request, Say, advice, apt, engine,
    machine::Machine,
    packages::{self, Choice, Role},
    provision::Provision,
    runner::Runner,
    tool_store::ToolStore,
    wheel,
};

/// Provides what `inspection` found missing, as far as that can be done on this machine; an error says what is left to people.
pub fn install(request: &Request<'_>, inspection: &Inspection, consent: &mut Consent<'_>, say: &mut Say<'_>) -> anyhow::Result<()> {
    let machine = Machine::read();
    let provision = Provision::of(inspection, request.tools, &machine, wheel::python().is_some());
    if !provision.is_empty() {
        ask(&provision, consent)?;
        let mut runner = Runner::new(request.root, say)?;
        provide(request, &provision, &mut runner)?;
    }
    if provision.by_hand.is_empty() {
        return Ok(());
    }
    bail!("not everything can be provided here:\n{}", provision.by_hand.join("\n"))
}

fn ask(provision: &Provision, consent: &mut Consent<'_>) -> anyhow::Result<()> {
    let deeds = provision.describe();
    match consent(&format!("{deeds}?")) {
        Some(true) => Ok(()),
        Some(false) => bail!("nothing is installed without a yes, here or by `--yes`: to {deeds}"),
        None => bail!("nothing is installed without a yes, and there is no terminal to ask at: pass `--yes` to {deeds}"),
    }
}

fn provide(request: &Request<'_>, provision: &Provision, runner: &mut Runner<'_, '_>) -> anyhow::Result<()> {
    if !provision.packages.is_empty() {
        install_packages(request, &provision.packages, runner)?;
    }
    if !provision.wheels.is_empty() {
        let python = wheel::python().context("there is still no Python with pip")?;
        let store = ToolStore::new(request.root);
        for pin in &provision.wheels {
            wheel::install(&python, &store, pin, runner).with_context(|| format!("cannot install {} {}", pin.tool, pin.version))?;
        }
    }
    if provision.start {
        // Read anew: the daemon may have come with the packages.
        engine::start(&Machine::read(), runner)?;
    }
    Ok(())
}

fn install_packages(request: &Request<'_>, roles: &[Role], runner: &mut Runner<'_, '_>) -> anyhow::Result<()> {
    apt::update(runner)?;
    let docker = request.tools.docker.as_ref().map(|spec| &spec.requirement);
    let Choice { own, newer } = packages::choose(roles, &apt::candidates(), docker);
    let mut names: Vec<String> = own.into_iter().map(str::to_owned).collect();
    if !newer.is_empty() {
        let suite = apt::add_newer_suite(runner)?.with_context(|| {
            let how = advice::DOCKER_BY_HAND;
            format!("the packages of this system have no docker engine with buildx as it is wanted: {how}")
        })?;
        apt::update(runner)?;
        names.extend(newer.into_iter().map(|name| format!("{name}/{suite}")));
    }
    apt::install(&names, runner)
}
