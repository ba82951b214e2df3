//! One step outside of a run: its context, its log, its notices.

use std::{fs, path::Path, process::Command};

use tempfile::TempDir;
use tokio::sync::mpsc::UnboundedReceiver;
use xtask::{
    exec::{BuiltImage, Event, RunOptions, StepContext},
    pipeline::ImageName,
    plan::StepId,
};

use super::image::TestImage;

/// The image's name in the pipeline of these tests.
pub const IMAGE: &str = "web";

/// A step on an image that a build step seems to have built.
#[derive(Debug)]
pub struct TestStep {
    folder: TempDir,
    /// What the action gets.
    pub context: StepContext,
    events: UnboundedReceiver<Event>,
}

impl TestStep {
    /// A step of `stage`, after a build that gave `image`.
    pub fn new(stage: &str, image: &TestImage) -> Self {
        Self::with_programs(stage, image, &[])
    }

    /// The same, with some programs taken from elsewhere than `PATH`.
    pub fn with_programs(stage: &str, image: &TestImage, programs: &[(&str, &Path)]) -> Self {
        let step = Self::alone(stage, programs);
        let built = BuiltImage {
            id: image.id.clone(),
            local_reference: image.reference.clone(),
        };
        step.context.outputs.built.lock().unwrap().insert(ImageName::new(IMAGE), built);
        step
    }

    /// A step before which there was none.
    pub fn alone(stage: &str, programs: &[(&str, &Path)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().to_owned();
        let options = RunOptions {
            project: "test".into(),
            run_dir: root.join("target/xtask/runs/1"),
            run_id: "1".into(),
            jobs: 2,
            keep_going: false,
            programs: programs
                .iter()
                .map(|(name, path)| ((*name).to_owned(), (*path).to_owned()))
                .collect(),
            cache_dir: root.join("target/xtask/cache"),
            root,
        };
        let (context, events) = StepContext::detached(options, StepId::new(stage, Some(IMAGE)));
        Self { folder, context, events }
    }

    /// Puts a file under the pipeline's root.
    pub fn write(&self, path: &str, text: &str) {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// The pipeline's root.
    pub fn root(&self) -> &Path {
        self.folder.path()
    }

    /// Everything in the step's log.
    pub fn log(&self) -> String {
        fs::read_to_string(self.context.log_path()).unwrap()
    }

    /// What happened since this was asked last.
    pub fn events(&mut self) -> Vec<Event> {
        std::iter::from_fn(|| self.events.try_recv().ok()).collect()
    }

    /// What it wanted people to see.
    pub fn notices(&mut self) -> Vec<String> {
        let events = self.events().into_iter();
        let notice = |event| if let Event::Notice { text, .. } = event { Some(text) } else { None };
        events.filter_map(notice).collect()
    }

    /// Files of the run and of its logs in which a text stands.
    pub fn files_with(&self, text: &str) -> String {
        let output = Command::new("grep").args(["-rlF", "--", text]).arg(self.root()).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    }
}
