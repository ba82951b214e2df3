//! A program that is waited for, but not forever.

use std::{
    io,
    process::{Child, Command, ExitStatus},
    sync::mpsc,
    thread,
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};

/// Runs a program to its end; `None` if it takes longer than `patience` and was killed. Whoever calls decides where its output goes: into files,
/// never into pipes, which something it leaves behind could hold open.
pub(super) fn run(mut command: Command, patience: Duration) -> io::Result<Option<ExitStatus>> {
    let mut child = command.spawn()?;
    let id = id(&child);
    let (end, ended) = mpsc::channel();
    let waiting = thread::spawn(move || {
        // Nobody listens any more: then nobody wants to know.
        let _ = end.send(child.wait());
    });
    let Ok(status) = ended.recv_timeout(patience) else {
        if let Some(id) = id {
            // That it has just ended by itself is fine.
            let _ = kill_process(id, Signal::KILL);
        }
        let _ = waiting.join();
        return Ok(None);
    };
    status.map(Some)
}

fn id(child: &Child) -> Option<Pid> {
    i32::try_from(child.id()).ok().and_then(Pid::from_raw)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_does_not_end_is_ended() {
        let mut command = Command::new("sleep");
        command.arg("1000");
        assert_eq!(run(command, Duration::from_millis(50)).unwrap(), None);
        let status = run(Command::new("false"), Duration::from_mins(1)).unwrap().unwrap();
        assert_eq!(status.code(), Some(1));
    }
}
