//! Plugins: folders of scripts with permissions. Shipped ones are part of the binary; others lie in a folder beside the data. All
//! are off until the owner enables them, and then run with what was accepted.

use super::fault::Diagnostic;
use super::host::secret_key;
use super::kept;
use super::manifest::Manifest;
use super::permissions::Permissions;
use super::scripts::{Found, HOOKS, Scripts};
use super::unit::{self, Source};
use crate::commit::{Db, collections};
use crate::error::{Code, Error, Result};
use crate::query::Authority;
use crate::schema::Schema;
use serde_json::{Map, Value as Json, json};
use std::path::Path;

/// The plugins that come with Luge.
#[derive(rust_embed::Embed)]
#[folder = "plugins"]
struct Shipped;

/// The files of a plugin beside those in its folders.
const PARTS: &[&str] = &[".rhai", ".toml", ".json"];

/// A plugin as it lies in its folder.
pub struct Plugin {
    /// Its name.
    pub name: String,
    /// What it says of itself; an error when its `plugin.toml` cannot be used.
    pub manifest: std::result::Result<Manifest, String>,
    /// Whether it is part of the binary.
    pub shipped: bool,
    /// Its scripts and templates.
    source: Source,
    /// The collections that it brings, as an import takes them.
    pub schema: Vec<Json>,
}

/// What the owner decided about a plugin.
#[derive(Debug, Clone, Default)]
struct State {
    enabled: bool,
    settings: Map<String, Json>,
    accepted: Option<Permissions>,
}

impl State {
    fn load(db: &Db, name: &str) -> Result<State> {
        let json = kept::get(&db.view(), kept::VALUES, &format!("plugin/{name}"))?.unwrap_or_default();
        Ok(State {
            enabled: json["enabled"] == true,
            settings: json["settings"].as_object().cloned().unwrap_or_default(),
            accepted: serde_json::from_value(json["accepted"].clone()).ok(),
        })
    }

    async fn save(&self, db: &Db, name: &str) -> Result<()> {
        let json = json!({"enabled": self.enabled, "settings": self.settings, "accepted": self.accepted});
        kept::save(db, "plugin", vec![kept::put(&db.view(), kept::VALUES, &format!("plugin/{name}"), &json)?]).await
    }
}

impl Plugin {
    /// A plugin in a folder; all of its files, or none.
    fn read(name: &str, shipped: bool, dir: &Path) -> Plugin {
        let is_part = |sub: &str, file: &str| !file.starts_with('.') && (!sub.is_empty() || PARTS.iter().any(|part| file.ends_with(part)));
        match unit::read_files(name, dir, is_part) {
            Err(e) => Plugin { manifest: Err(e.to_string()), ..Plugin::of(name, shipped, Vec::new(), Some(dir)) },
            Ok((files, unread)) => {
                let mut plugin = Plugin::of(name, shipped, files, Some(dir));
                if let Some(at) = unread.iter().find(|at| at.file.ends_with("/plugin.toml")) {
                    plugin.manifest = Err(at.message.clone());
                }
                plugin.source.unread = unread;
                plugin
            }
        }
    }

    fn of(name: &str, shipped: bool, files: Vec<(String, String)>, dir: Option<&Path>) -> Plugin {
        let text = |wanted: &str| files.iter().find(|f| f.0 == wanted).map(|f| f.1.as_str());
        let mut manifest = text("plugin.toml").ok_or_else(|| "there is no plugin.toml".to_owned()).and_then(|t| Manifest::parse(name, t));
        let named = manifest.as_ref().ok().and_then(|m| m.schema.as_ref()).map(|s| s.file.clone());
        let schema = match named.map(|file| (text(&file).map(serde_json::from_str::<Vec<Json>>), file)) {
            None => Vec::new(),
            Some((Some(Ok(schema)), _)) => schema,
            Some((found, file)) => {
                let why = if found.is_none() { "is missing" } else { "is no list of collections" };
                manifest = Err(format!("the schema file {file:?} {why}"));
                Vec::new()
            }
        };
        let is_part = |name: &str| name.ends_with(".rhai") || name.starts_with("templates/");
        let mut source = Source { name: name.to_owned(), dir: dir.map(Path::to_owned), ..Source::default() };
        source.files = files.into_iter().filter(|f| is_part(&f.0)).collect();
        if let Ok(manifest) = &manifest {
            source.limits = manifest.limits();
            source.permissions = manifest.permissions.clone();
        }
        Plugin { name: name.to_owned(), manifest, shipped, source, schema }
    }

    /// What is wrong with it: its `plugin.toml`, its scripts.
    pub fn check(&self, scripts: &Scripts) -> Vec<Diagnostic> {
        match &self.manifest {
            Err(why) => vec![Diagnostic { file: format!("{}/plugin.toml", self.name), line: 0, column: 0, message: why.clone() }],
            Ok(_) => unit::load(&scripts.0, self.source.clone(), true).err().unwrap_or_default(),
        }
    }

    /// Its scripts, for a run of its tests.
    pub fn source(&self) -> Source {
        let settings = self.manifest.as_ref().map(|m| m.values(&Map::new())).unwrap_or_default();
        Source { settings, ..self.source.clone() }
    }

    fn missing(&self, schema: &Schema) -> Vec<&Json> {
        self.schema.iter().filter(|c| schema.find(c["name"].as_str().unwrap_or_default()).is_none()).collect()
    }
}

impl Scripts {
    /// All plugins by name; one in the folder hides a shipped one of the same name.
    pub fn plugins(&self) -> Vec<Plugin> {
        self.found().unwrap_or_else(|error| {
            tracing::error!(%error, "the folder of plugins cannot be read");
            shipped()
        })
    }

    fn found(&self) -> std::io::Result<Vec<Plugin>> {
        let mut plugins = shipped();
        for path in self.0.config.plugins.as_deref().map_or(Ok(Vec::new()), unit::listed)? {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            // A file that is there counts, also when it cannot be looked at now.
            if path.is_dir() && path.join("plugin.toml").try_exists().unwrap_or(true) {
                let was = plugins.iter().position(|p| p.name == name).map(|i| plugins.remove(i)).is_some();
                plugins.push(Plugin::read(&name, was, &path));
            }
        }
        plugins.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(plugins)
    }

    /// A plugin by its name.
    pub fn plugin(&self, name: &str) -> Result<Plugin> {
        self.plugins()
            .into_iter()
            .find(|p| p.name == name)
            .ok_or_else(|| Error::new(Code::NotFound, format!("There is no plugin {name:?}.")))
    }

    /// The sources of the plugins that run. What asks for other permissions than were accepted does not.
    pub(super) fn enabled(&self, db: &Db, diagnostics: &mut Vec<Diagnostic>) -> Vec<Found> {
        let mut sources = Vec::new();
        let plugins = match self.found() {
            Ok(plugins) => plugins,
            Err(e) => {
                let names: Vec<String> = self.loaded().units.iter().map(|u| u.source.name.clone()).filter(|n| n != HOOKS).collect();
                return names.iter().map(|name| Found::unread(name, "", &e, diagnostics)).collect();
            }
        };
        for plugin in plugins {
            let state = match State::load(db, &plugin.name) {
                Ok(state) if state.enabled => state,
                Ok(_) => continue,
                Err(e) => {
                    sources.push(Found::unread(&plugin.name, "", &e.message, diagnostics));
                    continue;
                }
            };
            let file = format!("{}/plugin.toml", plugin.name);
            let told = |message: String| Diagnostic { file: file.clone(), line: 0, column: 0, message };
            match &plugin.manifest {
                // As with a mistake in a script, what ran before goes on.
                Err(why) => sources.push(Found::unread(&plugin.name, "plugin.toml", why, diagnostics)),
                Ok(m) if state.accepted.as_ref() != Some(&m.permissions) => {
                    diagnostics.push(told("it asks for other permissions than were accepted: look at them and enable it again".to_owned()));
                }
                Ok(m) => {
                    let mut source = Source { settings: m.values(&state.settings), ..plugin.source.clone() };
                    source.permissions.network.extend(self.granted(&plugin.name));
                    sources.push(Found::Source(Box::new(source)));
                }
            }
        }
        sources
    }

    /// Enables a plugin: makes its collections, accepts its permissions, loads it.
    pub async fn enable(&self, db: &Db, name: &str) -> Result<()> {
        let plugin = self.plugin(name)?;
        if let Some(at) = plugin.check(self).first() {
            return Err(Error::bad_request(format!("The plugin cannot be enabled: {at}")));
        }
        let manifest = plugin.manifest.as_ref().map_err(|why| Error::bad_request(why.clone()))?;
        let missing: Vec<Json> = plugin.missing(&db.schema()).into_iter().cloned().collect();
        if !missing.is_empty() {
            collections::import(db, &Authority::System("plugin"), &missing, false).await?;
        }
        let _one = self.0.deciding.lock().await;
        let state = State { enabled: true, accepted: Some(manifest.permissions.clone()), ..State::load(db, name)? };
        state.save(db, name).await?;
        self.reload().await
    }

    /// Disables a plugin. Its collections and settings stay.
    pub async fn disable(&self, db: &Db, name: &str) -> Result<()> {
        self.plugin(name)?;
        let _one = self.0.deciding.lock().await;
        let state = State { enabled: false, ..State::load(db, name)? };
        state.save(db, name).await?;
        self.reload().await
    }

    /// Changes settings and secrets of a plugin.
    pub async fn configure(&self, db: &Db, name: &str, settings: &Map<String, Json>, secrets: &Map<String, Json>) -> Result<()> {
        let plugin = self.plugin(name)?;
        let manifest = plugin.manifest.as_ref().map_err(|why| Error::bad_request(why.clone()))?;
        let _one = self.0.deciding.lock().await;
        let state = State::load(db, name)?;
        let settings = manifest.merged(&state.settings, settings)?;
        let mut ops = Vec::new();
        for (secret, value) in secrets {
            manifest.permissions.secret(secret).map_err(Error::bad_request)?;
            let key = secret_key(name, secret);
            ops.push(match value.as_str().unwrap_or_default() {
                "" => kept::remove(&db.view(), kept::VALUES, &key)?,
                text => kept::put(&db.view(), kept::VALUES, &key, &text.into())?,
            });
        }
        if !ops.is_empty() {
            kept::save(db, "plugin", ops).await?;
        }
        State { settings, ..state }.save(db, name).await?;
        self.reload().await
    }

    async fn reload(&self) -> Result<()> {
        let scripts = self.clone();
        tokio::task::spawn_blocking(move || scripts.load()).await.map(drop).map_err(Error::internal)
    }

    /// A plugin as the dashboard shows it.
    pub fn describe(&self, db: &Db, plugin: &Plugin) -> Result<Json> {
        let state = State::load(db, &plugin.name)?;
        let missing: Vec<&Json> = plugin.missing(&db.schema()).into_iter().map(|c| &c["name"]).collect();
        let mut out = json!({
            "name": plugin.name, "shipped": plugin.shipped, "enabled": state.enabled, "accepted": state.accepted,
            "permissions": plugin.source.permissions, "limits": plugin.source.limits, "schema": plugin.schema, "missing": missing,
            "title": plugin.name, "description": "", "version": "", "settings": [], "secrets": [], "problem": Json::Null,
            "diagnostics": self.diagnostics().into_iter().filter(|d| d.file.starts_with(&format!("{}/", plugin.name))).collect::<Vec<_>>(),
        });
        match &plugin.manifest {
            Err(why) => out["problem"] = why.as_str().into(),
            Ok(m) => {
                let title = if m.plugin.title.is_empty() { &plugin.name } else { &m.plugin.title };
                (out["title"], out["description"]) = (title.as_str().into(), m.plugin.description.as_str().into());
                out["version"] = m.plugin.version.as_str().into();
                out["settings"] = settings(m, &state);
                out["secrets"] = secrets(db, plugin, m)?;
            }
        }
        Ok(out)
    }
}

fn settings(manifest: &Manifest, state: &State) -> Json {
    let values = manifest.values(&state.settings);
    let shown = manifest.settings.iter().map(|s| {
        let mut one = serde_json::to_value(s).unwrap_or_default();
        one["value"] = values.get(&s.key).cloned().unwrap_or_default();
        one
    });
    shown.collect()
}

/// The names of the secrets, and whether they are set; never what they are.
fn secrets(db: &Db, plugin: &Plugin, manifest: &Manifest) -> Result<Json> {
    let mut shown = Vec::new();
    for name in &manifest.permissions.secrets {
        let stored = kept::get(&db.view(), kept::VALUES, &secret_key(&plugin.name, name))?.is_some();
        shown.push(json!({"name": name, "set": stored || std::env::var(format!("LUGE_SECRET_{name}")).is_ok()}));
    }
    Ok(shown.into())
}

fn shipped() -> Vec<Plugin> {
    let mut folders: std::collections::BTreeMap<String, Vec<(String, String)>> = std::collections::BTreeMap::new();
    for path in Shipped::iter() {
        let Some((folder, file)) = path.split_once('/') else { continue };
        let Some(text) = Shipped::get(&path).and_then(|f| String::from_utf8(f.data.into_owned()).ok()) else { continue };
        folders.entry(folder.to_owned()).or_default().push((file.to_owned(), text));
    }
    folders.into_iter().map(|(name, files)| Plugin::of(&name, true, files, None)).collect()
}
