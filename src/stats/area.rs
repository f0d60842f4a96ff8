//! Which part of the API a request was for.

/// A part of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Area {
    /// Records.
    Records,
    /// Signing in and what belongs to it.
    Auth,
    /// Collections.
    Collections,
    /// Files.
    Files,
    /// Subscriptions.
    Realtime,
    /// Batches.
    Batch,
    /// Settings, rules and whatever else superusers use.
    Admin,
    /// The files of the dashboard.
    Dashboard,
    /// Everything else.
    Other,
    /// The statistics themselves; not counted.
    Own,
}

impl Area {
    /// Those that are counted, in the order of their numbers.
    pub const COUNTED: [Area; 9] =
        [Area::Records, Area::Auth, Area::Collections, Area::Files, Area::Realtime, Area::Batch, Area::Admin, Area::Dashboard, Area::Other];

    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Area::Records => "records",
            Area::Auth => "auth",
            Area::Collections => "collections",
            Area::Files => "files",
            Area::Realtime => "realtime",
            Area::Batch => "batch",
            Area::Admin => "admin",
            Area::Dashboard => "dashboard",
            Area::Other => "other",
            Area::Own => "stats",
        }
    }

    /// The area of a path.
    pub fn of(path: &str) -> Area {
        let Some(rest) = path.strip_prefix("/api/") else {
            return match path {
                "/metrics" => Area::Own,
                _ if path == "/_" || path.starts_with("/_/") => Area::Dashboard,
                _ => Area::Other,
            };
        };
        let mut parts = rest.split('/');
        match parts.next().unwrap_or_default() {
            "collections" => of_collection(parts.nth(1)),
            "stats" => Area::Own,
            "batch" => Area::Batch,
            "realtime" | "changes" => Area::Realtime,
            "files" => Area::Files,
            "setup" => Area::Auth,
            "settings" | "rules" | "logs" | "backups" | "crons" | "functions" | "jobs" => Area::Admin,
            _ => Area::Other,
        }
    }
}

/// By what stands after the name of the collection.
fn of_collection(what: Option<&str>) -> Area {
    match what {
        Some("records") => Area::Records,
        Some(w) if ["auth-", "request-", "confirm-", "impersonate"].iter().any(|start| w.starts_with(start)) => Area::Auth,
        _ => Area::Collections,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_have_areas() {
        let cases = [
            ("/api/collections/posts/records/abc", Area::Records),
            ("/api/collections/users/auth-with-password", Area::Auth),
            ("/api/collections/users/impersonate/x", Area::Auth),
            ("/api/collections", Area::Collections),
            ("/api/collections/posts", Area::Collections),
            ("/api/stats/requests", Area::Own),
            ("/api/health", Area::Other),
            ("/_/assets/x.js", Area::Dashboard),
            ("/api/rules/try", Area::Admin),
            ("/", Area::Other),
        ];
        for (path, area) in cases {
            assert_eq!(Area::of(path), area, "{path}");
        }
    }

    #[test]
    fn the_numbers_are_the_places_in_the_table() {
        for (i, area) in Area::COUNTED.into_iter().enumerate() {
            assert_eq!(area as usize, i);
        }
    }
}
