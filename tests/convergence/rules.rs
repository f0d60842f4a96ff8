//! The oracle: what each rule and filter of this test means, written down a second time and without the server's evaluator.

use serde_json::Value as Json;
use std::collections::BTreeMap;

/// Who asks.
#[derive(Debug, Clone, PartialEq)]
pub enum Viewer {
    Guest,
    /// A user with the generation of the token: a password that changes ends all tokens before.
    User(String, u32),
    Superuser,
}

/// What rules can read of a user.
#[derive(Debug, Clone, PartialEq)]
pub struct User {
    pub role: String,
    pub team: String,
    pub level: i64,
    pub generation: u32,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Rule {
    Locked,
    Public,
    Shared,
    SignedIn,
    Owner,
    OwnerOrShared,
    Editor,
    TeamOrEditor,
    Level,
    Oneself,
}

impl Rule {
    /// As it is sent to the server.
    pub fn text(self) -> Option<&'static str> {
        match self {
            Rule::Locked => None,
            Rule::Public => Some(""),
            Rule::Shared => Some("shared = true"),
            Rule::SignedIn => Some("@request.auth.id != \"\""),
            Rule::Owner => Some("owner = @request.auth.id"),
            Rule::OwnerOrShared => Some("owner = @request.auth.id || shared = true"),
            Rule::Editor => Some("@request.auth.role = \"editor\""),
            Rule::TeamOrEditor => Some("(@request.auth.id != \"\" && team = @request.auth.team) || @request.auth.role = \"editor\""),
            Rule::Level => Some("@request.auth.id != \"\" && level <= @request.auth.level"),
            Rule::Oneself => Some("id = @request.auth.id"),
        }
    }

    /// `user` is who asks, or nobody.
    fn holds(self, user: Option<(&str, &User)>, record: &Json) -> bool {
        let owner = || user.is_some_and(|(id, _)| record["owner"] == id);
        let editor = || user.is_some_and(|(_, user)| user.role == "editor");
        let shared = || record["shared"] == true;
        match self {
            Rule::Locked => false,
            Rule::Public => true,
            Rule::Shared => shared(),
            Rule::SignedIn => user.is_some(),
            Rule::Owner => owner(),
            Rule::OwnerOrShared => owner() || shared(),
            Rule::Editor => editor(),
            Rule::TeamOrEditor => editor() || user.is_some_and(|(_, user)| record["team"] == user.team.as_str()),
            Rule::Level => user.is_some_and(|(_, user)| record["level"].as_i64().unwrap_or(0) <= user.level),
            Rule::Oneself => user.is_some_and(|(id, _)| record["id"] == id),
        }
    }
}

/// What a client asks for.
#[derive(Debug, Clone, PartialEq)]
pub enum Filter {
    All,
    Tag(usize),
    Above(i64),
    TagBelow(usize, i64),
    TitleHas(char),
    OwnedBy(String),
    Unshared(usize),
}

impl Filter {
    pub fn text(&self) -> String {
        match self {
            Filter::All => String::new(),
            Filter::Tag(tag) => format!("tag = \"t{tag}\""),
            Filter::Above(n) => format!("n > {n}"),
            Filter::TagBelow(tag, n) => format!("tag = 't{tag}' && n < {n}"),
            Filter::TitleHas(letter) => format!("title ~ '{letter}'"),
            Filter::OwnedBy(user) => format!("owner = '{user}'"),
            Filter::Unshared(tag) => format!("(tag = 't{tag}' || tag = 't0') && shared = false"),
        }
    }

    pub fn matches(&self, record: &Json) -> bool {
        let number = || record["n"].as_i64().unwrap_or(0);
        let tagged = |tag: usize| record["tag"] == format!("t{tag}");
        match self {
            Filter::All => true,
            Filter::Tag(tag) => tagged(*tag),
            Filter::Above(n) => *n < number(),
            Filter::TagBelow(tag, n) => tagged(*tag) && number() < *n,
            Filter::TitleHas(letter) => record["title"].as_str().is_some_and(|title| title.contains(*letter)),
            Filter::OwnedBy(user) => record["owner"] == user.as_str(),
            Filter::Unshared(tag) => (tagged(*tag) || tagged(0)) && record["shared"] == false,
        }
    }
}

/// Who may see what, from one change of it to the next.
#[derive(Debug, Clone)]
pub struct Access {
    /// The commit that began it.
    pub seq: u64,
    /// The list rule and the view rule of each collection.
    pub rules: BTreeMap<&'static str, [Rule; 2]>,
    pub users: BTreeMap<String, User>,
}

/// All that decides about one subscription; equal ones decide equally.
#[derive(Debug, Clone, PartialEq)]
pub struct Grant {
    rule: Option<Rule>,
    user: Option<(String, User)>,
}

impl Access {
    /// `of_one` is a subscription of a single record, which the view rule decides.
    pub fn grant(&self, viewer: &Viewer, collection: &str, of_one: bool) -> Grant {
        let rule = self.rules[collection][usize::from(of_one)];
        match viewer {
            Viewer::Superuser => Grant { rule: None, user: None },
            Viewer::Guest => Grant { rule: Some(rule), user: None },
            Viewer::User(id, generation) => {
                let user = self.users.get(id).filter(|user| user.generation == *generation);
                Grant { rule: Some(rule), user: user.map(|user| (id.clone(), user.clone())) }
            }
        }
    }
}

impl Grant {
    pub fn allows(&self, record: &Json) -> bool {
        let user = self.user.as_ref().map(|(id, user)| (id.as_str(), user));
        self.rule.is_none_or(|rule| rule.holds(user, record))
    }
}
