//! What the scripts of a unit may reach. The owner's own hooks may reach everything but private addresses; a plugin what its
//! `plugin.toml` names and the owner has seen.

use super::events::On;
use serde::{Deserialize, Serialize};

/// The permissions of a unit, also their form in `plugin.toml`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Permissions {
    /// `host`, `host:port` or `*.host`; `*` is every public host. A private address needs a line of its own.
    pub network: Vec<String>,
    /// Collections by name; `*` is all.
    pub collections: Collections,
    /// Paths of routes; `*` at the end stands for the rest.
    pub routes: Vec<String>,
    /// The names that `secrets::get` may see; `*` is all.
    pub secrets: Vec<String>,
    /// The environment variables that `env::get` may see; `*` is all.
    pub env: Vec<String>,
    /// Whether it may send mail.
    pub mail: bool,
    /// Whether it may have schedules.
    pub cron: bool,
    /// Folders of files, for later.
    pub files: Vec<String>,
}

/// Which collections may be read and written. Whoever may write one may read it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Collections {
    /// To read.
    pub read: Vec<String>,
    /// To write.
    pub write: Vec<String>,
}

impl Default for Permissions {
    /// Nothing.
    fn default() -> Self {
        let (network, routes, secrets, env, files) = Default::default();
        Permissions { network, collections: Collections::default(), routes, secrets, env, mail: false, cron: false, files }
    }
}

impl Permissions {
    /// Those of the owner's own hooks.
    pub fn all() -> Self {
        // What begins with an underscore is the server's own, and `*` alone does not name it.
        let all = || vec!["*".to_owned(), "_*".to_owned()];
        Permissions {
            network: all(),
            collections: Collections { read: all(), write: all() },
            routes: all(),
            secrets: all(),
            env: all(),
            mail: true,
            cron: true,
            files: all(),
        }
    }

    /// Whether a collection may be read.
    pub fn read(&self, collection: &str) -> Result<(), String> {
        let allowed = names(&self.collections.read, collection) || names(&self.collections.write, collection);
        allowed.then_some(()).ok_or_else(|| missing("collections.read", collection))
    }

    /// Whether a collection may be written.
    pub fn write(&self, collection: &str) -> Result<(), String> {
        names(&self.collections.write, collection).then_some(()).ok_or_else(|| missing("collections.write", collection))
    }

    /// Whether an event of a collection may be heard: who can change a record on its way must be allowed to write it.
    pub fn hear(&self, on: On, collection: &str) -> Result<(), String> {
        match on {
            On::Create | On::Update | On::Delete => self.write(collection),
            _ => self.read(collection),
        }
    }

    /// Whether a secret may be seen.
    pub fn secret(&self, name: &str) -> Result<(), String> {
        names(&self.secrets, name).then_some(()).ok_or_else(|| missing("secrets", name))
    }

    /// Whether an environment variable may be seen.
    pub fn env(&self, name: &str) -> Result<(), String> {
        names(&self.env, name).then_some(()).ok_or_else(|| missing("env", name))
    }

    /// Whether mail may be sent.
    pub fn allows_mail(&self) -> Result<(), String> {
        self.mail.then_some(()).ok_or_else(|| "this plugin has no permission for mail: its plugin.toml says mail = false".to_owned())
    }

    /// Whether there may be schedules.
    pub fn allows_cron(&self) -> Result<(), String> {
        self.cron.then_some(()).ok_or_else(|| "this plugin has no permission for cron: its plugin.toml says cron = false".to_owned())
    }

    /// Whether a path may be routed.
    pub fn route(&self, path: &str) -> Result<(), String> {
        let fits = |pattern: &String| match pattern.strip_suffix('*') {
            Some(start) => path.starts_with(start),
            None => pattern == path,
        };
        self.routes.iter().any(fits).then_some(()).ok_or_else(|| missing("routes", path))
    }

    /// Whether a host may be called, and whether a private address was named for it. `*` is no private address's own line.
    pub fn host(&self, host: &str, port: u16) -> Result<bool, String> {
        let fits = |pattern: &str| {
            let (name, wanted) = match pattern.rsplit_once(':') {
                Some((name, digits)) if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) => (name, digits.parse().ok()),
                _ => (pattern, None),
            };
            let named = match name.strip_prefix("*.") {
                Some(parent) => host.len() > parent.len() && host.ends_with(parent) && host[..host.len() - parent.len()].ends_with('.'),
                None => name.eq_ignore_ascii_case(host),
            };
            named && wanted.is_none_or(|p: u16| p == port)
        };
        let own = self.network.iter().any(|pattern| !pattern.starts_with('*') && fits(pattern));
        let any = own || self.network.iter().any(|pattern| pattern == "*" || fits(pattern));
        if any {
            return Ok(own);
        }
        Err(format!("{}; --hooks-network PLUGIN=HOST grants it", missing("network", &format!("{host}:{port}"))))
    }
}

fn names(list: &[String], name: &str) -> bool {
    let is_own = name.starts_with('_');
    list.iter().any(|n| n == "*" && !is_own || n == "_*" && is_own || n.eq_ignore_ascii_case(name))
}

fn missing(list: &str, name: &str) -> String {
    format!("this plugin has no permission for {name:?}: permissions.{list} in its plugin.toml does not name it")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_named_or_not() {
        let permissions =
            Permissions { network: vec!["api.a.com:443".into(), "*.b.com".into(), "10.0.0.7".into()], ..Permissions::default() };
        let cases = [
            ("api.a.com", 443, Some(true)),
            ("api.a.com", 80, None),
            ("x.b.com", 1, Some(false)),
            ("b.com", 1, None),
            ("xb.com", 1, None),
            ("10.0.0.7", 80, Some(true)),
        ];
        for (host, port, expected) in cases {
            assert_eq!(permissions.host(host, port).ok(), expected, "{host}:{port}");
        }
        assert_eq!(Permissions::all().host("127.0.0.1", 80), Ok(false));
    }
}
