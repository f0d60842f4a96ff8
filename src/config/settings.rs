//! The settings of the application: what `/api/settings` reads and writes. Kept as the record `settings` of `_params`.

mod check;
mod cron;
mod merge;
pub mod realtime;
pub mod stored;

pub use realtime::Realtime;

use crate::error::{Error, FieldErrors, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

/// All settings. Every key of the wire is kept, also those whose feature comes later.
///
/// Serialising is a promise: it is what is stored, and, without the secrets, what is sent.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Settings {
    /// The only addresses (IP or CIDR) that superusers may come from; empty is all.
    #[serde(rename = "superuserIPs")]
    pub superuser_ips: Vec<String>,
    /// The mail server.
    pub smtp: Smtp,
    /// Scheduled backups.
    pub backups: Backups,
    /// Where files are kept when not on the local disk.
    pub s3: S3,
    /// How the application names itself.
    pub meta: Meta,
    /// How many requests in how much time.
    pub rate_limits: RateLimits,
    /// Which headers of a proxy tell the client's address.
    pub trusted_proxy: TrustedProxy,
    /// Batch requests.
    pub batch: Batch,
    /// The request log.
    pub logs: Logs,
    /// Realtime connections and channels.
    pub realtime: Realtime,
}

/// The mail server.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Smtp {
    /// Whether mail is sent through it.
    pub enabled: bool,
    /// Its port.
    pub port: i64,
    /// Its address.
    pub host: String,
    /// Who signs in there.
    pub username: String,
    /// The password; never sent.
    pub password: String,
    /// `PLAIN` or `LOGIN`; empty is `PLAIN`.
    pub auth_method: String,
    /// Whether the connection begins encrypted.
    pub tls: bool,
    /// The name in the greeting; empty is `localhost`.
    pub local_name: String,
}

/// Scheduled backups.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Backups {
    /// When, as a cron expression; empty is never.
    pub cron: String,
    /// How many scheduled ones are kept.
    pub cron_max_keep: i64,
    /// Where they are kept when not on the local disk.
    pub s3: S3,
}

/// A bucket.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct S3 {
    /// Whether it is used.
    pub enabled: bool,
    /// Its name.
    pub bucket: String,
    /// Its region.
    pub region: String,
    /// The address of the service.
    pub endpoint: String,
    /// The id of the key.
    pub access_key: String,
    /// The key; never sent.
    pub secret: String,
    /// Whether the bucket's name goes into the path.
    pub force_path_style: bool,
}

/// How the application names itself.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Meta {
    /// The dashboard's colour, `#rrggbb`.
    pub accent_color: String,
    /// The name in mails and the dashboard.
    pub app_name: String,
    /// The address that links in mails begin with.
    #[serde(rename = "appURL")]
    pub app_url: String,
    /// Who mails come from.
    pub sender_name: String,
    /// The address mails come from.
    pub sender_address: String,
    /// Whether the dashboard hides what edits collections.
    pub hide_controls: bool,
}

/// How many requests in how much time.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RateLimits {
    /// The limits; the first one that fits counts.
    pub rules: Vec<RateRule>,
    /// Addresses (IP or CIDR) without limits.
    #[serde(rename = "excludedIPs")]
    pub excluded_ips: Vec<String>,
    /// Whether there are any limits.
    pub enabled: bool,
}

/// One limit.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RateRule {
    /// A tag (`users:create`, `*:auth`), a path, or a prefix that ends in `/`.
    pub label: String,
    /// `""` for all, `@guest` or `@auth`.
    pub audience: String,
    /// The length of the window in seconds.
    pub duration: i64,
    /// How many requests a window has.
    pub max_requests: i64,
}

/// Which headers of a proxy tell the client's address.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TrustedProxy {
    /// The headers, most trusted first.
    pub headers: Vec<String>,
    /// Whether the first address of a list counts, not the last one.
    #[serde(rename = "useLeftmostIP")]
    pub use_leftmost_ip: bool,
}

/// Batch requests.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Batch {
    /// Whether they are allowed.
    pub enabled: bool,
    /// How many requests one may hold.
    pub max_requests: i64,
    /// How long one may take, in seconds.
    pub timeout: i64,
    /// How large one may be, in bytes; 0 is 128 MiB.
    pub max_body_size: i64,
}

/// The request log.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Logs {
    /// How large the data of an entry may be, in bytes; 0 is the default.
    pub max_data_size: i64,
    /// How long entries are kept, in days; 0 is not at all.
    pub max_days: i64,
    /// The lowest level that is kept.
    pub min_level: i64,
    /// Whether the client's address is kept.
    #[serde(rename = "logIP")]
    pub log_ip: bool,
    /// Whether the id of who was signed in is kept.
    pub log_auth_id: bool,
}

/// The values that are stored but never sent, as JSON paths.
const SECRETS: &[&str] = &["/smtp/password", "/s3/secret", "/backups/s3/secret"];

impl Settings {
    /// What a new server begins with.
    pub fn initial() -> Self {
        let rule = |label: &str, max_requests, duration| RateRule { label: label.into(), audience: String::new(), duration, max_requests };
        Settings {
            smtp: Smtp { port: 587, host: "smtp.example.com".into(), ..Smtp::default() },
            backups: Backups { cron_max_keep: 3, ..Backups::default() },
            meta: Meta {
                accent_color: "#1055c9".into(),
                app_name: "Acme".into(),
                app_url: "http://localhost:8090".into(),
                sender_name: "Support".into(),
                sender_address: "support@example.com".into(),
                hide_controls: false,
            },
            rate_limits: RateLimits {
                rules: vec![rule("*:auth", 2, 3), rule("*:create", 20, 5), rule("/api/batch", 3, 1), rule("/api/", 300, 10)],
                ..RateLimits::default()
            },
            batch: Batch { max_requests: 50, timeout: 3, ..Batch::default() },
            logs: Logs { max_days: 5, log_ip: true, ..Logs::default() },
            ..Settings::default()
        }
    }

    /// These settings with the submitted values merged in: groups key by key, lists and plain values as a whole.
    pub fn merged(&self, body: &Map<String, Json>) -> Result<Settings> {
        let mut all = self.to_stored();
        merge::into(&mut all, body);
        serde_json::from_value(all).map_err(|e| Error::bad_request("An error occurred while loading the submitted data.").because(e))
    }

    /// What is wrong with the values; nested like the settings are.
    pub fn problems(&self) -> FieldErrors {
        check::settings(self)
    }

    /// Everything: what is stored.
    pub fn to_stored(&self) -> Json {
        serde_json::to_value(self).expect("plain fields with text keys always become JSON")
    }

    /// What a superuser is sent: everything but the secrets.
    pub fn to_sent(&self) -> Json {
        let mut all = self.to_stored();
        for path in SECRETS {
            let (group, key) = path.rsplit_once('/').expect("each path has a group and a key");
            if let Some(Json::Object(group)) = all.pointer_mut(group) {
                group.remove(key);
            }
        }
        all
    }
}
