//! `luge serve`.

use super::database;
use crate::app::App;
use crate::auth::superuser;
use crate::commit::{Durability, Options};
use crate::config::Process;
use crate::config::process::Partial;
use crate::error::{Error, Result};
use crate::hooks::{self, Scripts};
use crate::http::{self, Places};
use crate::jobs;
use clap::Args;
use std::io::IsTerminal;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;
use tracing_subscriber::EnvFilter;

/// The connections of those who read the metrics at an address of their own.
const METRICS: usize = 16;
/// How much is logged, by name.
const LEVELS: &str = "off, error, warn, info, debug, trace";

/// The flags of `luge serve`.
#[derive(Args)]
pub struct Serve {
    /// The address to listen on [default: 127.0.0.1:8090]
    #[arg(long, env = "LUGE_HTTP", value_name = "ADDR")]
    http: Option<String>,
    /// When a write is answered: `full` waits for the disk, `relaxed` may lose half a second in a power cut [default: full]
    #[arg(long, env = "LUGE_DURABILITY", value_name = "MODE")]
    durability: Option<String>,
    /// The origins that browsers may call from, with commas between them [default: *]
    #[arg(long, env = "LUGE_ORIGINS", value_delimiter = ',', value_name = "ORIGINS")]
    origins: Option<Vec<String>>,
    /// After how many failed sign-ins within 5 minutes an identity is locked for the address that tried, 0 for never [default: 10]
    #[arg(long, env = "LUGE_SIGN_IN_LIMIT", value_name = "N")]
    sign_in_limit: Option<u32>,
    /// The folder of scripts [default: hooks, beside the data directory]
    #[arg(long, env = "LUGE_HOOKS_DIR", value_name = "DIR")]
    hooks_dir: Option<PathBuf>,
    /// Private hosts that scripts may call, with commas between them: HOST or HOST:PORT, and PLUGIN=HOST for a plugin
    #[arg(long, env = "LUGE_HOOKS_NETWORK", value_delimiter = ',', value_name = "HOSTS")]
    hooks_network: Option<Vec<String>>,
    /// The connections that one address may have [default: half of all]
    #[arg(long, env = "LUGE_CONNECTIONS_PER_ADDRESS", value_name = "N")]
    connections_per_address: Option<usize>,
    /// Another address, where anyone who reaches it may read `/metrics`
    #[arg(long, env = "LUGE_METRICS_ADDR", value_name = "ADDR")]
    metrics_addr: Option<String>,
}

impl Serve {
    /// Serves until it is told to stop.
    pub fn run(self, lower: Partial) -> Result<()> {
        let said = Partial {
            http: self.http,
            durability: self.durability,
            origins: self.origins,
            sign_in_limit: self.sign_in_limit,
            hooks_dir: self.hooks_dir,
            hooks_network: self.hooks_network,
            connections_per_address: self.connections_per_address,
            metrics_addr: self.metrics_addr,
            ..Partial::default()
        };
        let process = said.or(lower).complete()?;
        log_output(process.dev)?;
        let runtime = super::runtime()?;
        let served = runtime.block_on(serve(&process));
        // A blocking thread that still hashes a password must not hold up the end.
        runtime.shutdown_timeout(Duration::from_secs(1));
        served
    }
}

async fn serve(process: &Process) -> Result<()> {
    // Listening comes first: a start that has to rebuild the store says so with a 503.
    http::raise_open_files();
    let places = Places::of_process(process.connections_per_address);
    let server = listen("--http", &process.http, &process.origins, places).await?;
    let metrics = match &process.metrics_addr {
        // From the reserve: the metrics are wanted most when all other places are taken.
        Some(address) => Some(listen("--metrics-addr", address, &process.origins, Places::new(METRICS, METRICS)).await?),
        None => None,
    };
    let mut options = Options::new(&process.dir);
    options.durability = if process.durability == "relaxed" { Durability::Relaxed } else { Durability::Full };
    let scripts = Scripts::new(super::scripts::config(process));
    options.hooks = Box::new(scripts.clone());
    let db = database::open_with(options).await?;
    jobs::start(&db);
    let running = hooks::start(&scripts, &db);
    let is_new = !superuser::any(&db.view())?;
    let app = App::with_scripts(db.clone(), scripts.clone())?;
    app.throttle().set_limit(process.sign_in_limit);
    let setup = is_new.then(|| app.setup().open(db.clock().now()));
    if let Some(metrics) = &metrics {
        metrics.ready_for_metrics(app.clone());
    }
    server.ready(app);
    scripts.serving(&server.address.to_string()).await;
    greet(process, server.address, setup.as_deref());
    stop_signal().await?;
    tracing::info!("stopping");
    server.stop().await;
    running.stop().await;
    db.close();
    Ok(())
}

/// Begins to listen at an address that a flag, or what stands for it, gave.
async fn listen(flag: &str, address: &str, origins: &[String], places: Places) -> Result<http::Server> {
    let (host, port) = address.rsplit_once(':').unwrap_or_default();
    if host.is_empty() || port.parse::<u16>().is_err() {
        return Err(Error::bad_request(format!(
            "{flag} is {address:?}, and takes HOST:PORT: 127.0.0.1:8090 is for this machine only, 0.0.0.0:8090 for every address."
        )));
    }
    let bound = http::bind_with(address, origins, places).await;
    bound.map_err(|e| Error::new(e.code, format!("{} Choose another address with {flag}.", e.message)))
}

fn greet(process: &Process, address: SocketAddr, setup: Option<&str>) {
    println!("Luge {} serves http://{address}/api/ from {}", env!("CARGO_PKG_VERSION"), process.dir.display());
    let Some(token) = setup else { return println!("The dashboard is at http://{}/_/", within_reach(address)) };
    println!("There is no superuser yet. Make the first one here, within 30 minutes and once:");
    println!("\n    http://{}/_/setup#token={token}\n", within_reach(address));
    println!("Or stop the server and run: luge superuser create EMAIL --dir {}", process.dir.display());
}

/// Nobody can open the address that stands for all of them.
fn within_reach(address: SocketAddr) -> SocketAddr {
    match address.ip() {
        ip if !ip.is_unspecified() => address,
        IpAddr::V4(_) => SocketAddr::new(Ipv4Addr::LOCALHOST.into(), address.port()),
        IpAddr::V6(_) => SocketAddr::new(Ipv6Addr::LOCALHOST.into(), address.port()),
    }
}

/// Waits for SIGINT or SIGTERM.
async fn stop_signal() -> Result<()> {
    #[cfg(unix)]
    {
        let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
        tokio::select! {
            pressed = tokio::signal::ctrl_c() => pressed?,
            _ = terminate.recv() => {}
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await?;
    Ok(())
}

/// Writes the log output, in colours on a terminal that has not asked for none (<https://no-color.org>).
fn log_output(dev: bool) -> Result<()> {
    let filter = filter(&std::env::var("LUGE_LOG").unwrap_or_default(), dev)?;
    let colours = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(colours).with_writer(std::io::stderr).init();
    Ok(())
}

/// What is logged: `LUGE_LOG`, else more or less by `--dev`.
fn filter(asked: &str, dev: bool) -> Result<EnvFilter> {
    if asked.is_empty() {
        return Ok(EnvFilter::new(if dev { "luge=debug,info" } else { "luge=info,warn" }));
    }
    let bad =
        |why: &str| Error::bad_request(format!("LUGE_LOG is {asked:?}: {why}. It looks like luge=debug,warn; the levels are {LEVELS}."));
    // A lone word is a target for the library, so that a level with a typing error would silence everything else.
    let known = |part: &str| {
        part.contains(['=', '[']) || part.starts_with("luge") || LEVELS.split(", ").any(|level| level.eq_ignore_ascii_case(part))
    };
    match asked.split(',').map(str::trim).find(|part| !known(part)) {
        Some(part) => Err(bad(&format!("{part:?} is no level"))),
        None => EnvFilter::try_new(asked).map_err(|e| bad(&e.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_logged_is_read_or_refused() {
        for good in ["", "debug", "luge=debug,WARN", "luge,info", "luge::http=trace, off", "[span]=info"] {
            assert!(filter(good, false).is_ok(), "{good}");
        }
        for bad in ["verbose", "luge=verbose", "luge=debug,wran", "=", ","] {
            let refused = filter(bad, false).expect_err("it is no filter").message;
            assert!(refused.contains("luge=debug,warn"), "{refused}");
        }
    }
}
