//! Starting other programs: shown, silent, or shown and kept.

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use crate::failure::{Failure, Outcome};

/// Prints the command, runs it in sight of the user and fails when it fails.
///
/// # Errors
/// When the program cannot be started or ends with another code than 0.
pub(crate) fn run(command: &mut Command) -> Outcome {
    let line = shown(command);
    println!("$ {line}");
    let status = command.stdin(Stdio::null()).status().map_err(Failure::during(&line))?;
    if status.success() { Ok(()) } else { Err(Failure::new(format!("`{line}` ended with {status}"))) }
}

/// Whether the command succeeds; what it prints is dropped.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// What the command prints to its standard output.
///
/// # Errors
/// When the program cannot be started or ends with another code than 0; the sentence carries its error output.
pub(crate) fn output(command: &mut Command) -> Outcome<String> {
    let line = shown(command);
    let output = command.stdin(Stdio::null()).output().map_err(Failure::during(&line))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(Failure::new(format!("`{line}` ended with {}\n{}", output.status, said.trim())));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// What [`run_and_keep`] saw.
pub(crate) struct Run {
    /// Whether the program ended with code 0.
    pub(crate) success: bool,
    /// Both output streams, line by line in the order of arrival.
    pub(crate) text: String,
}

/// Prints the command, runs it in sight of the user and keeps what it printed, to be parsed. A program that ends
/// with an error is a [`Run`] without success, not an error.
///
/// # Errors
/// When the program cannot be started or waited for.
pub(crate) fn run_and_keep(command: &mut Command) -> Outcome<Run> {
    let line = shown(command);
    println!("$ {line}");
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(Failure::during(&line))?;
    let kept = Arc::new(Mutex::new(String::new()));
    let readers = [
        child.stdout.take().map(|pipe| echo(pipe, Arc::clone(&kept))),
        child.stderr.take().map(|pipe| echo(pipe, Arc::clone(&kept))),
    ];
    let status = child.wait().map_err(Failure::during(&line))?;
    for reader in readers.into_iter().flatten() {
        reader.join().map_err(|_| Failure::new(format!("reading what `{line}` printed failed")))?;
    }
    let text = std::mem::take(&mut *kept.lock().unwrap_or_else(PoisonError::into_inner));
    Ok(Run { success: status.success(), text })
}

fn echo(pipe: impl Read + Send + 'static, kept: Arc<Mutex<String>>) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        let mut lines = BufReader::new(pipe);
        let mut bytes = Vec::new();
        while matches!(lines.read_until(b'\n', &mut bytes), Ok(1..)) {
            let line = String::from_utf8_lossy(&bytes);
            print!("{line}");
            kept.lock().unwrap_or_else(PoisonError::into_inner).push_str(&line);
            bytes.clear();
        }
    })
}

fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn both_streams_are_kept_and_failure_is_seen() {
        let run = run_and_keep(&mut shell("echo out; echo err >&2; exit 3")).unwrap();
        assert!(!run.success);
        assert!(run.text.contains("out\n") && run.text.contains("err\n"));
    }

    #[test]
    fn a_failing_program_is_a_failure_with_its_words() {
        let failure = output(&mut shell("echo why >&2; exit 1")).unwrap_err();
        assert!(failure.to_string().contains("why"));
        assert!(run(&mut shell("exit 1")).is_err());
        assert!(!succeeds(&mut Command::new("/no/such/program")));
    }
}
