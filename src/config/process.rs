//! What the owner of the machine decides: address, directory, durability. Flag before environment before `luge.toml` before default.

use crate::auth::throttle;
use crate::error::{Code, Error, Result};
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// The settings of the process, complete.
#[derive(Debug, Clone, PartialEq)]
pub struct Process {
    /// The address to listen on.
    pub http: String,
    /// The data directory.
    pub dir: PathBuf,
    /// Whether the log output says more.
    pub dev: bool,
    /// `full` waits for the disk with every write; `relaxed` may lose the last half second in a power cut.
    pub durability: String,
    /// The origins that browsers may call from; `*` is all.
    pub origins: Vec<String>,
    /// After how many failed sign-ins within 5 minutes an identity is locked for the address that tried; 0 is never.
    pub sign_in_limit: u32,
    /// The folder of scripts: `hooks` beside the data directory.
    pub hooks_dir: PathBuf,
    /// Private hosts that the scripts in it may call nevertheless.
    pub hooks_network: Vec<String>,
    /// The connections that one address may have; half of all if it is not set.
    pub connections_per_address: Option<usize>,
    /// Another address that gives the metrics to anyone who reaches it; none if it is not set.
    pub metrics_addr: Option<String>,
}

/// The same, as far as one source says it. Also the form of `luge.toml`.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Partial {
    /// See [`Process::http`].
    pub http: Option<String>,
    /// See [`Process::dir`].
    pub dir: Option<PathBuf>,
    /// See [`Process::dev`].
    pub dev: Option<bool>,
    /// See [`Process::durability`].
    pub durability: Option<String>,
    /// See [`Process::origins`].
    pub origins: Option<Vec<String>>,
    /// See [`Process::sign_in_limit`].
    pub sign_in_limit: Option<u32>,
    /// See [`Process::hooks_dir`].
    pub hooks_dir: Option<PathBuf>,
    /// See [`Process::hooks_network`].
    pub hooks_network: Option<Vec<String>>,
    /// See [`Process::connections_per_address`].
    pub connections_per_address: Option<usize>,
    /// See [`Process::metrics_addr`].
    pub metrics_addr: Option<String>,
}

impl Partial {
    /// Reads a file. The default file may be missing; one that was asked for may not.
    pub fn read(path: Option<&Path>) -> Result<Partial> {
        let file = path.unwrap_or(Path::new("luge.toml"));
        match std::fs::read_to_string(file) {
            Ok(text) => Partial::parse(&text).map_err(|e| bad(format!("{}: {e}", file.display()))),
            Err(e) if path.is_none() && e.kind() == std::io::ErrorKind::NotFound => Ok(Partial::default()),
            Err(e) => Err(bad(format!("{} cannot be read: {e}", file.display()))),
        }
    }

    /// Reads the text of a file.
    pub fn parse(text: &str) -> std::result::Result<Partial, String> {
        toml::from_str(text).map_err(|e| e.to_string())
    }

    /// Fills what is missing from `lower`.
    #[must_use]
    pub fn or(self, lower: Partial) -> Partial {
        Partial {
            http: self.http.or(lower.http),
            dir: self.dir.or(lower.dir),
            dev: self.dev.or(lower.dev),
            durability: self.durability.or(lower.durability),
            origins: self.origins.or(lower.origins),
            sign_in_limit: self.sign_in_limit.or(lower.sign_in_limit),
            hooks_dir: self.hooks_dir.or(lower.hooks_dir),
            hooks_network: self.hooks_network.or(lower.hooks_network),
            connections_per_address: self.connections_per_address.or(lower.connections_per_address),
            metrics_addr: self.metrics_addr.or(lower.metrics_addr),
        }
    }

    /// Fills what is still missing with the defaults, and checks.
    pub fn complete(self) -> Result<Process> {
        let dir = self.dir.unwrap_or_else(|| "luge_data".into());
        if dir.as_os_str().is_empty() {
            return Err(bad("The data directory is \"\": name one with --dir, or leave it out for luge_data.".to_owned()));
        }
        let beside = dir.parent().map_or_else(|| "hooks".into(), |parent| parent.join("hooks"));
        let process = Process {
            http: self.http.unwrap_or_else(|| "127.0.0.1:8090".into()),
            dir,
            dev: self.dev.unwrap_or(false),
            durability: self.durability.unwrap_or_else(|| "full".into()),
            origins: self.origins.filter(|o| !o.is_empty()).unwrap_or_else(|| vec!["*".into()]),
            sign_in_limit: self.sign_in_limit.unwrap_or(throttle::DEFAULT_LIMIT),
            hooks_dir: self.hooks_dir.unwrap_or(beside),
            hooks_network: self.hooks_network.unwrap_or_default(),
            connections_per_address: self.connections_per_address,
            metrics_addr: self.metrics_addr,
        };
        match process.durability.as_str() {
            "full" | "relaxed" => Ok(process),
            other => Err(bad(format!("durability is {other:?}, but only \"full\" and \"relaxed\" are known"))),
        }
    }
}

fn bad(message: String) -> Error {
    Error::new(Code::BadRequest, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_higher_source_wins() {
        let flag = Partial { http: Some("1.2.3.4:1".into()), ..Partial::default() };
        let file = Partial::parse("http = \"x\"\ndir = \"d\"\norigins = [\"https://a.b\"]").expect("the text is fine");
        let process = flag.or(file).complete().expect("the values are fine");
        assert_eq!((process.http.as_str(), process.dir.as_path()), ("1.2.3.4:1", Path::new("d")));
        assert_eq!((process.durability.as_str(), process.dev, process.origins), ("full", false, vec!["https://a.b".to_owned()]));
    }

    #[test]
    fn says_what_is_wrong() {
        assert!(Partial::parse("htttp = \"x\"").expect_err("an unknown key").contains("htttp"));
        let partial = Partial { durability: Some("none".into()), ..Partial::default() };
        assert!(partial.complete().expect_err("an unknown word").message.contains("relaxed"));
    }
}
