//! The OAuth2 providers, in the order that dashboards show them. How each is spoken to comes with OAuth2 itself.

/// A provider.
pub struct Provider {
    /// Its name in the options of a collection.
    pub name: &'static str,
    /// Its name for people.
    pub display_name: &'static str,
}

const fn row(name: &'static str, display_name: &'static str) -> Provider {
    Provider { name, display_name }
}

/// All providers.
pub const PROVIDERS: &[Provider] = &[
    row("apple", "Apple"),
    row("google", "Google"),
    row("microsoft", "Microsoft"),
    row("yandex", "Yandex"),
    row("facebook", "Facebook"),
    row("instagram2", "Instagram"),
    row("github", "GitHub"),
    row("gitlab", "GitLab"),
    row("bitbucket", "Bitbucket"),
    row("gitee", "Gitee"),
    row("gitea", "Gitea/Forgejo"),
    row("discord", "Discord"),
    row("twitter", "X/Twitter"),
    row("kakao", "Kakao"),
    row("vk", "ВКонтакте"),
    row("linear", "Linear"),
    row("notion", "Notion"),
    row("monday", "monday.com"),
    row("lark", "Lark"),
    row("box", "Box"),
    row("spotify", "Spotify"),
    row("trakt", "Trakt"),
    row("twitch", "Twitch"),
    row("patreon", "Patreon"),
    row("strava", "Strava"),
    row("wakatime", "WakaTime"),
    row("livechat", "LiveChat"),
    row("mailcow", "mailcow"),
    row("planningcenter", "Planning Center"),
    row("oidc", "OIDC"),
    row("oidc2", "OIDC"),
    row("oidc3", "OIDC"),
];
