//! `plugin.toml`: what a plugin is, what it may reach and use up, its settings and its collections.

use super::limits::Limits;
use super::permissions::Permissions;
use crate::error::{Error, FieldErrors, Problem, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

/// The whole file.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// What it is.
    pub plugin: About,
    /// What it may reach.
    #[serde(default)]
    pub permissions: Permissions,
    /// What it may use up.
    #[serde(default)]
    limits: Given,
    /// What the owner can set.
    #[serde(default)]
    pub settings: Vec<Setting>,
    /// The collections that it brings.
    #[serde(default)]
    pub schema: Option<SchemaFile>,
}

/// What a plugin is.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// Its name, which is also that of its folder.
    pub name: String,
    /// Its version, such as `1.2.0`.
    pub version: String,
    /// The versions of Luge that it works with, such as `>=0.1`.
    #[serde(default)]
    pub luge: String,
    /// Its name for people.
    #[serde(default)]
    pub title: String,
    /// What it does.
    #[serde(default)]
    pub description: String,
    /// The script to begin with; all files of the folder are loaded anyway.
    #[serde(default)]
    pub main: String,
}

/// Limits, as far as the file names them.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Given {
    before_ms: Option<u64>,
    timeout_ms: Option<u64>,
    operations: Option<u64>,
    memory_mb: Option<usize>,
}

/// Where the collections are described.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SchemaFile {
    /// The file, as `/api/collections/import` takes it.
    pub file: String,
}

/// A setting of a plugin.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Setting {
    /// Its name in `settings::get`.
    pub key: String,
    /// `text`, `number`, `bool`, `select`, `email` or `url`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its name for people.
    #[serde(default)]
    pub label: String,
    /// What it is for.
    #[serde(default)]
    pub help: String,
    /// What can be selected.
    #[serde(default)]
    pub values: Vec<String>,
    /// What it is when nobody has set it.
    #[serde(default)]
    pub default: Json,
    /// Whether it must have a value.
    #[serde(default)]
    pub required: bool,
}

const KINDS: &[&str] = &["text", "number", "bool", "select", "email", "url"];

impl Manifest {
    /// Reads the text of a `plugin.toml` in a folder of this name.
    pub fn parse(folder: &str, text: &str) -> std::result::Result<Manifest, String> {
        let manifest: Manifest = toml::from_str(text).map_err(|e| placed(text, &e))?;
        let name = &manifest.plugin.name;
        let plain = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_');
        if name != folder || !plain || name.is_empty() || name == super::scripts::HOOKS {
            return Err(format!("plugin.name is {name:?}: it is the name of the folder, of a-z, 0-9, - and _, and not \"hooks\""));
        }
        if let Some(setting) = manifest.settings.iter().find(|s| !KINDS.contains(&s.kind.as_str())) {
            return Err(format!("the setting {:?} has the type {:?}, but only {} are known", setting.key, setting.kind, KINDS.join(", ")));
        }
        manifest.fits_this_version()?;
        Ok(manifest)
    }

    fn fits_this_version(&self) -> std::result::Result<(), String> {
        let Some(least) = self.plugin.luge.strip_prefix(">=") else {
            return if self.plugin.luge.is_empty() { Ok(()) } else { Err("plugin.luge looks like \">=0.1\"".to_owned()) };
        };
        let numbers = |v: &str| v.trim().split('.').map(|n| n.parse::<u32>().unwrap_or(0)).collect::<Vec<_>>();
        let own = env!("CARGO_PKG_VERSION");
        if numbers(least) <= numbers(own) { Ok(()) } else { Err(format!("it needs Luge {least}, this is {own}")) }
    }

    /// The limits: what the file does not name is as for everyone. Memory is bounded by the sizes of values.
    pub fn limits(&self) -> Limits {
        let all = Limits::default();
        let bytes = self.limits.memory_mb.map_or(all.string_bytes, |mb| (mb << 20) / 8);
        Limits {
            before_ms: self.limits.before_ms.unwrap_or(all.before_ms).min(10_000),
            timeout_ms: self.limits.timeout_ms.unwrap_or(all.timeout_ms).min(300_000),
            operations: self.limits.operations.unwrap_or(all.operations),
            string_bytes: bytes.clamp(1 << 10, 64 << 20),
            array_items: (bytes / 40).clamp(100, 1_000_000),
            ..all
        }
    }

    /// The settings with the values that were stored. One that was cleared is as if nobody had set it; only a text can be empty.
    pub fn values(&self, stored: &Map<String, Json>) -> Map<String, Json> {
        let is_set = |s: &Setting, value: &Json| !value.is_null() && (s.kind == "text" || value != "");
        let value = |s: &Setting| (s.key.clone(), stored.get(&s.key).filter(|v| is_set(s, v)).unwrap_or(&s.default).clone());
        self.settings.iter().map(value).collect()
    }

    /// Puts submitted settings over stored ones, and checks them.
    pub fn merged(&self, stored: &Map<String, Json>, sent: &Map<String, Json>) -> Result<Map<String, Json>> {
        let mut merged = stored.clone();
        let mut problems = FieldErrors::new();
        for (key, value) in sent {
            match self.settings.iter().find(|s| s.key == *key) {
                Some(setting) => match setting.problem(value) {
                    None => drop(merged.insert(key.clone(), value.clone())),
                    Some(problem) => problems.add(key, problem),
                },
                None => problems.add(key, Problem::new("validation_unknown_key", "There is no such setting.")),
            }
        }
        if problems.is_empty() {
            return Ok(merged);
        }
        let mut nested = FieldErrors::new();
        nested.nest("settings", problems);
        Err(Error::bad_request("The settings of the plugin cannot be saved.").with_fields(nested))
    }
}

/// What is wrong with the text of a file, and where.
fn placed(text: &str, e: &toml::de::Error) -> String {
    let Some(before) = e.span().and_then(|span| text.get(..span.start)) else { return e.message().to_owned() };
    let line = before.rsplit('\n').next().unwrap_or_default();
    format!("line {}, column {}: {}", before.matches('\n').count() + 1, line.chars().count() + 1, e.message())
}

impl Setting {
    fn problem(&self, value: &Json) -> Option<Problem> {
        let empty = value.is_null() || value == "";
        if empty {
            return self.required.then(Problem::required);
        }
        let text = value.as_str();
        let (fine, wanted) = match self.kind.as_str() {
            "number" => (value.is_number(), "It must be a number.".to_owned()),
            "bool" => (value.is_boolean(), "It must be true or false.".to_owned()),
            "select" => {
                (text.is_some_and(|t| self.values.iter().any(|v| v == t)), format!("It must be one of {}.", self.values.join(", ")))
            }
            "email" => (text.is_some_and(|t| t.contains('@') && t.len() <= 255), "It must be an email address.".to_owned()),
            "url" => (text.is_some_and(|t| url::Url::parse(t).is_ok()), "It must be a URL with its scheme.".to_owned()),
            _ => (text.is_some_and(|t| t.len() <= 10_000), "It must be a text of at most 10,000 bytes.".to_owned()),
        };
        (!fine).then(|| Problem::new("validation_invalid_value", wanted))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_is_read_whole_or_refused() {
        let text = "[plugin]\nname = \"a\"\nversion = \"1.0.0\"\nluge = \">=0.1\"\n[permissions]\nnetwork = [\"x.com\"]\n[limits]\nmemory_mb = 8\n[[settings]]\nkey = \"k\"\ntype = \"select\"\nvalues = [\"u\", \"v\"]\ndefault = \"u\"\n";
        let manifest = Manifest::parse("a", text).expect("it is right");
        assert_eq!((manifest.limits().string_bytes, manifest.permissions.mail), (1 << 20, false));
        assert_eq!(Json::Object(manifest.values(&Map::new())).to_string(), r#"{"k":"u"}"#);
        let sent = |json: Json| json.as_object().cloned().unwrap_or_default();
        assert!(manifest.merged(&Map::new(), &sent(serde_json::json!({"k": "v"}))).is_ok());
        assert!(manifest.merged(&Map::new(), &sent(serde_json::json!({"k": "w"}))).is_err());
        for cleared in [serde_json::json!({"k": ""}), serde_json::json!({"k": null})] {
            assert_eq!(Json::Object(manifest.values(&sent(cleared))).to_string(), r#"{"k":"u"}"#);
        }
        for (folder, bad) in [("b", text.to_owned()), ("a", format!("{text}\n[x]\n")), ("a", text.replace(">=0.1", ">=99.0"))] {
            assert!(Manifest::parse(folder, &bad).is_err());
        }
        let unknown = Manifest::parse("a", &text.replace("luge = ", "loge = ")).expect_err("an unknown key");
        assert!(unknown.starts_with("line 4, column 1: unknown field `loge`"), "{unknown}");
    }
}
