//! What the commands say, as whoever runs the binary sees it.

use std::io::BufRead;
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

#[test]
fn a_wrong_directory_is_refused_and_not_made() {
    let place = Place::new();
    std::fs::write(place.path("file"), "").unwrap();
    std::fs::create_dir(place.path("empty")).unwrap();
    std::fs::write(place.path("a.csv"), "a\n1\n").unwrap();
    let commands = [
        "superuser list",
        "superuser delete a@example.com",
        "check",
        "export users",
        "plugins list",
        "epoch new",
        "import a.csv --into users",
    ];
    for command in commands {
        let told = place.refused(&format!("{command} --dir typo"));
        assert!(told.contains("There is no data directory at typo. Choose another with --dir; luge serve makes one."), "{command}: {told}");
        let told = place.refused(&format!("{command} --dir empty"));
        assert!(told.contains("empty is not a data directory of Luge."), "{command}: {told}");
        let told = place.refused(&format!("{command} --dir file"));
        assert!(told.contains("file is a file, and data is kept in a directory."), "{command}: {told}");
    }
    let told = place.refused("superuser create a@example.com 1234567890 --dir no/such");
    assert!(told.contains("There is no directory no."), "{told}");
    assert!(place.refused("superuser create a@example.com 1234567890 --dir file").contains("file is a file"));
    assert!(!place.path("typo").exists() && !place.path("no").exists());
    assert_eq!(std::fs::read_dir(place.path("empty")).unwrap().count(), 0);
    std::fs::write(place.path("other.toml"), "dir = \"\"\n").unwrap();
    assert!(place.refused("superuser list --config other.toml").contains("The data directory is \"\""));
    let made = place.done("superuser upsert a@example.com 1234567890");
    assert!(made.err.contains("A new data directory was made at luge_data."), "{made:?}");
    assert_eq!(place.done("superuser upsert a@example.com 1234567890").err, "");
}

#[test]
fn superusers_are_refused_in_sentences() {
    let place = Place::new();
    place.done("superuser create a@example.com 1234567890");
    let told = place.refused("superuser create A@example.com 1234567890");
    assert!(told.contains("is a superuser already") && told.contains("luge superuser upsert A@example.com"), "{told}");
    let told = place.refused("superuser create nobody short");
    assert!(told.contains(" email: Must be a valid email address.") && told.contains(" password: ") && !told.contains('{'), "{told}");
    assert!(place.refused("superuser create b@example.com").contains("The standard input has no password."));
}

#[test]
fn what_is_asked_of_a_collection_is_refused_with_the_reason() {
    let place = Place::new();
    place.done("superuser create a@example.com 1234567890");
    for command in ["explain nothing", "export nothing"] {
        let told = place.refused(command);
        assert!(told.contains("There is no collection nothing. There are ") && told.contains("users"), "{told}");
    }
    let filter = ran(place.command("explain users --filter").arg("name = ").output().unwrap());
    assert!(filter.err.starts_with("luge: --filter cannot be used: ") && filter.err.contains("(at position 7)"), "{filter:?}");
    let sort = place.refused("explain users --sort=-nothing");
    assert!(sort.starts_with("luge: --sort cannot be used: ") && sort.contains("nothing"), "{sort}");
    for told in [filter.err, sort] {
        assert!(!told.contains("Something went wrong"), "{told}");
    }
    let told = place.refused("export users --out no/such.json");
    assert!(told.contains("no/such.json cannot be written: ") && told.contains("--out"), "{told}");
}

#[test]
fn addresses_are_hosts_with_ports() {
    let place = Place::new();
    for (flag, address) in [("--http", "8090"), ("--http", ":8090"), ("--http", "localhost"), ("--metrics-addr", "9000")] {
        // The first address is a good one, so that a bad second one is the only mistake.
        let other = if flag == "--http" { "" } else { "--http 127.0.0.1:0" };
        let told = place.refused(&format!("serve {other} {flag} {address}"));
        assert!(told.contains(&format!("{flag} is {address:?}, and takes HOST:PORT: 127.0.0.1:8090")), "{told}");
    }
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let told = place.refused(&format!("serve --http 127.0.0.1:0 --metrics-addr {address}"));
    assert!(
        told.contains(&format!("{address} cannot be listened on")) && told.contains("Choose another address with --metrics-addr."),
        "{told}"
    );
    assert!(!place.path("luge_data").exists(), "nothing is made before the addresses are right");
}

#[test]
fn an_empty_variable_is_as_unset() {
    let place = Place::new();
    // What cannot be listened on ends the start, and the message tells what else was taken.
    let serve = |variables: &[(&str, &str)]| {
        let mut command = place.command("serve");
        command.envs(variables.iter().copied());
        let ran = ran(command.output().unwrap());
        assert_eq!(ran.code, if ran.err.contains("error:") { 2 } else { 1 }, "{ran:?}");
        ran.err
    };
    let empty = ["LUGE_DIR", "LUGE_CONFIG", "LUGE_METRICS_ADDR", "LUGE_SIGN_IN_LIMIT", "LUGE_DURABILITY", "LUGE_ORIGINS", "LUGE_LOG"];
    let all: Vec<(&str, &str)> = empty.into_iter().map(|name| (name, "")).chain([("LUGE_DEV", ""), ("LUGE_HTTP", "nowhere")]).collect();
    assert!(serve(&all).contains("--http is \"nowhere\""));
    std::fs::write(place.path("luge.toml"), "http = \"file\"\n").unwrap();
    assert!(serve(&[("LUGE_HTTP", "")]).contains("--http is \"file\""));
    for dev in ["1", "true", "0", "false"] {
        assert!(serve(&[("LUGE_DEV", dev)]).contains("--http is \"file\""), "{dev}");
    }
    assert!(serve(&[("LUGE_DEV", "perhaps")]).contains("error:"));
    assert!(serve(&[("LUGE_LOG", "luge=loud")]).contains("LUGE_LOG is \"luge=loud\""));
}

#[test]
fn scripts_that_are_not_there_or_too_long_are_told() {
    let place = Place::new();
    let told = place.refused("hooks check --hooks-dir typo");
    assert!(told.contains("There is no folder of scripts at typo. Choose another with --hooks-dir."), "{told}");
    std::fs::create_dir(place.path("hooks")).unwrap();
    assert!(place.done("hooks check").out.contains("0 files"));
    std::fs::write(place.path("hooks/long.rhai"), vec![b' '; (1 << 20) + 1]).unwrap();
    std::fs::write(place.path("hooks/bytes.rhai"), [0xff]).unwrap();
    let told = place.refused("hooks check");
    assert!(told.contains("hooks/long.rhai: it has 1048577 bytes, and a script at most 1048576"), "{told}");
    assert!(told.contains("hooks/bytes.rhai: it cannot be read: ") && told.contains("There are 2 mistakes"), "{told}");
}

#[test]
fn log_output_in_a_file_has_no_colours() {
    let place = Place::new();
    place.done("superuser create a@example.com 1234567890");
    remove(&place.path("luge_data/store"));
    let mut command = place.command("serve --http 127.0.0.1:0");
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    std::io::BufReader::new(child.stderr.take().unwrap()).read_line(&mut line).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(line.contains("INFO") && !line.contains('\u{1b}'), "{line:?}");
}
