//! What the commands say, as whoever runs the binary sees it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A working directory.
struct Place(tempfile::TempDir);

/// What a command did.
#[derive(Debug)]
struct Ran {
    code: i32,
    out: String,
    err: String,
}

impl Place {
    fn new() -> Place {
        Place(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_luge"));
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("LUGE_")) {
            command.env_remove(name);
        }
        command.args(line.split_whitespace()).current_dir(self.0.path()).stdin(Stdio::null());
        command
    }

    fn luge(&self, line: &str) -> Ran {
        ran(self.command(line).output().unwrap())
    }

    /// Runs a command that must succeed.
    fn done(&self, line: &str) -> Ran {
        let ran = self.luge(line);
        assert_eq!(ran.code, 0, "{line}: {ran:?}");
        ran
    }

    /// What a command says that must fail.
    fn refused(&self, line: &str) -> String {
        let ran = self.luge(line);
        assert_eq!(ran.code, 1, "{line}: {ran:?}");
        ran.err
    }
}

fn ran(output: Output) -> Ran {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ran { code: output.status.code().unwrap_or(-1), out: text(&output.stdout), err: text(&output.stderr) }
}

fn remove(path: &Path) {
    std::fs::remove_dir_all(path).unwrap();
}

#[test]
fn a_start_that_was_mended_is_right() {
    let place = Place::new();
    place.done("superuser create a@example.com 1234567890");
    assert!(!place.done("check").out.contains("start"));
    remove(&place.path("luge_data/store"));
    let told = place.done("check").out;
    assert!(told.contains("ok    start: mended") && told.contains("The store was rebuilt from the log"), "{told}");
    assert!(!place.done("check").out.contains("start"));
    std::fs::remove_dir_all(place.path("luge_data/log")).unwrap();
    let told = place.refused("check");
    assert!(told.contains("luge_data/log has no files") && told.contains("Nothing was changed"), "{told}");
}

#[test]
fn a_new_epoch_is_given_once() {
    let place = Place::new();
    place.done("superuser create a@example.com 1234567890");
    let epochs: Vec<String> = (0..2).map(|_| place.done("epoch new").out).collect();
    assert!(epochs[0].starts_with("luge_data goes on as epoch ") && epochs[0] != epochs[1], "{epochs:?}");
    assert!(!place.done("check").out.contains("start"));
    assert_eq!(place.done("superuser list").out, "a@example.com\n");
    remove(&place.path("luge_data/store"));
    assert_eq!(place.done("superuser list").out, "a@example.com\n", "the checkpoint and the log make the store again");
}
