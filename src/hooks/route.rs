//! Paths of routes: literal parts, `{name}` for one part, `{name...}` for the rest.

use super::unit::Handler;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What belongs to the server itself.
const TAKEN: &[&str] = &[
    "/_",
    "/api/collections",
    "/api/settings",
    "/api/batch",
    "/api/health",
    "/api/realtime",
    "/api/files",
    "/api/hooks",
    "/api/plugins",
    "/api/logs",
    "/api/backups",
    "/api/crons",
    "/api/changes",
    "/api/openapi.json",
    "/metrics",
];

const METHODS: &[&str] = &["GET", "POST", "PUT", "PATCH", "DELETE", "ANY"];

/// A route of a script.
#[derive(Clone)]
pub struct Route {
    /// `ANY` for all.
    pub method: String,
    /// As it was registered.
    pub path: String,
    /// What answers.
    pub handler: Arc<Handler>,
}

/// What a path may be.
pub fn check(method: &str, path: &str) -> Result<(), String> {
    if !METHODS.contains(&method) {
        return Err(format!("{method:?} is no method of a route: {}", METHODS.join(", ")));
    }
    if !path.starts_with('/') || 200 < path.len() {
        return Err("The path of a route starts with / and has at most 200 characters".to_owned());
    }
    let taken = TAKEN.iter().find(|t| path == **t || path.strip_prefix(**t).is_some_and(|rest| rest.starts_with('/')));
    match taken {
        Some(taken) => Err(format!("{taken} belongs to the server: choose another path")),
        None => Ok(()),
    }
}

impl Route {
    /// A route whose path was checked.
    pub fn new(method: String, path: &str, handler: Arc<Handler>) -> Self {
        Route { method, path: path.to_owned(), handler }
    }

    /// The variable parts, when it is about this request.
    pub fn fits(&self, method: &str, path: &str) -> Option<BTreeMap<String, String>> {
        let is_method = self.method == "ANY" || self.method == method || self.method == "GET" && method == "HEAD";
        if is_method { fit(&self.path, path) } else { None }
    }
}

fn fit(pattern: &str, path: &str) -> Option<BTreeMap<String, String>> {
    let mut params = BTreeMap::new();
    let mut rest = path.split('/');
    for part in pattern.split('/') {
        let name = part.strip_prefix('{').and_then(|p| p.strip_suffix('}'));
        match name {
            Some(name) if name.ends_with("...") => {
                let tail: Vec<&str> = rest.collect();
                params.insert(name.trim_end_matches("...").to_owned(), decode(&tail.join("/"))?);
                return (!tail.is_empty()).then_some(params);
            }
            Some(name) => {
                let value = rest.next().filter(|v| !v.is_empty())?;
                params.insert(name.to_owned(), decode(value)?);
            }
            None if rest.next()? == part => {}
            None => return None,
        }
    }
    rest.next().is_none().then_some(params)
}

fn decode(text: &str) -> Option<String> {
    percent_encoding::percent_decode_str(text).decode_utf8().ok().map(std::borrow::Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_fit_or_not() {
        let cases = [
            ("/api/x", "/api/x", Some("")),
            ("/api/x", "/api/x/", None),
            ("/api/{id}", "/api/a%20b", Some("id=a b")),
            ("/api/{id}", "/api/", None),
            ("/api/{id}/y", "/api/7/z", None),
            ("/f/{rest...}", "/f/a/b", Some("rest=a/b")),
            ("/f/{rest...}", "/f", None),
        ];
        for (pattern, path, expected) in cases {
            let told = fit(pattern, path).map(|p| p.iter().map(|(k, v)| format!("{k}={v}")).collect::<Vec<_>>().join(","));
            assert_eq!(told.as_deref(), expected, "{pattern} {path}");
        }
        assert!(check("GET", "/api/health").is_err() && check("GET", "/api/collectionsx").is_ok() && check("HEAD", "/x").is_err());
    }
}
