//! Builds the dashboard into `OUT_DIR/admin-ui`, from where it is embedded. A failure is an error that says what to do: a binary
//! without its dashboard would only be noticed by whoever opens it.

use std::env;
use std::error::Error;
use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// What the dashboard is made of. What vite writes is not among it: it would start the next build.
const INPUTS: &[&str] = &[
    "admin-ui/src",
    "admin-ui/public",
    "admin-ui/index.html",
    "admin-ui/package.json",
    "admin-ui/package-lock.json",
    "admin-ui/vite.config.ts",
    "admin-ui/tsconfig.json",
    "sdk/src",
    "sdk/package.json",
];

/// Says which lock file the installed packages are from.
const STAMP: &str = "admin-ui/node_modules/.installed-lock.json";

const WAYS_OUT: &str = "The dashboard needs Node 20.19 or later with npm, and its registry for the first build.\n\
    Without them, take one that is built already with LUGE_UI_DIST=/path/to/dist, or none with LUGE_SKIP_UI=1.";

const PLACEHOLDER: &str = "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Luge</title></head><body>\
    <h1>Luge is running</h1><p>This binary was built without its dashboard (LUGE_SKIP_UI). The API is under <code>/api/</code>.</p></body></html>\n";

/// Where compression gains nothing.
const SMALL: u64 = 1024;

/// Formats that are not compressed already.
const TEXTS: &[&str] = &["html", "js", "css", "svg", "json", "map", "txt", "webmanifest"];

fn main() -> ExitCode {
    match build() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("The dashboard could not be built: {error}\n\n{WAYS_OUT}");
            ExitCode::FAILURE
        }
    }
}

fn build() -> Outcome {
    println!("cargo:rerun-if-changed=build.rs");
    for name in ["LUGE_SKIP_UI", "LUGE_UI_DIST", "DOCS_RS"] {
        println!("cargo:rerun-if-env-changed={name}");
    }
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?).join("admin-ui");
    let is_set = |name: &str| env::var_os(name).is_some_and(|v| !v.is_empty() && v != "0");
    if is_set("LUGE_SKIP_UI") || is_set("DOCS_RS") {
        fresh(&out)?;
        return Ok(fs::write(out.join("index.html"), PLACEHOLDER)?);
    }
    match env::var_os("LUGE_UI_DIST").filter(|v| !v.is_empty()) {
        Some(dist) => take(Path::new(&dist), &out)?,
        None => make(&out)?,
    }
    // What vite notes for its tools is for nobody else.
    let notes = out.join(".vite");
    if notes.exists() {
        fs::remove_dir_all(notes)?;
    }
    compress(&out)
}

/// Takes a built one.
fn take(dist: &Path, out: &Path) -> Outcome {
    println!("cargo:rerun-if-changed={}", dist.display());
    if !dist.join("index.html").is_file() {
        return Err(format!("LUGE_UI_DIST is {}, which has no index.html", dist.display()).into());
    }
    fresh(out)?;
    copy(dist, out)
}

/// Installs what the lock file says, if it says something new, and runs vite.
fn make(out: &Path) -> Outcome {
    // A path that is not there would count as changed each time.
    for input in INPUTS.iter().filter(|p| Path::new(p).exists()) {
        println!("cargo:rerun-if-changed={input}");
    }
    let lock = fs::read("admin-ui/package-lock.json")?;
    if fs::read(STAMP).ok().as_ref() != Some(&lock) {
        let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
        run(Command::new(npm).args(["ci", "--no-audit", "--no-fund"]))?;
        fs::write(STAMP, lock)?;
    }
    fresh(out)?;
    let vite = ["node_modules/vite/bin/vite.js", "build", "--emptyOutDir", "--logLevel", "warn", "--outDir"];
    run(Command::new("node").args(vite).arg(out))?;
    match out.join("index.html").is_file() {
        true => Ok(()),
        false => Err("vite ended well but wrote no index.html".into()),
    }
}

fn run(command: &mut Command) -> Outcome {
    let told = format!("{command:?}");
    // With `production` there, npm would leave out what builds.
    let output =
        command.current_dir("admin-ui").env_remove("NODE_ENV").output().map_err(|e| format!("{told} could not be started: {e}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stdout, output.stderr].concat();
    Err(format!("{told} ended with {}\n{}", output.status, String::from_utf8_lossy(&said)).into())
}

/// An empty directory.
fn fresh(dir: &Path) -> Outcome {
    if dir.exists() {
        fs::remove_dir_all(dir)?;
    }
    Ok(fs::create_dir_all(dir)?)
}

fn copy(from: &Path, to: &Path) -> Outcome {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            fs::create_dir_all(&target)?;
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

/// Puts a compressed twin beside each text, so that the server compresses nothing of it. The page itself is finished when it is sent.
fn compress(dir: &Path) -> Outcome {
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        let format = path.extension().and_then(OsStr::to_str).unwrap_or_default();
        if path.is_dir() {
            compress(&path)?;
        } else if TEXTS.contains(&format) && format != "html" && SMALL <= fs::metadata(&path)?.len() {
            let twin = fs::File::create(path.with_extension(format!("{format}.gz")))?;
            let mut packer = flate2::write::GzEncoder::new(twin, flate2::Compression::best());
            packer.write_all(&fs::read(&path)?)?;
            packer.finish()?;
        }
    }
    Ok(())
}
