//! What the planner and the cache are told of a rule, and what rules cost.

use crate::support::rule_data::{Data, MapScope, load};
use luge::rules::{Budget, Part, Request, RuleCache, Who, client_may_not, compile, compile_sort};

fn scope(data: &Data) -> MapScope<'_> {
    let mut request = Request { context: "default", method: "GET".to_owned(), ..Request::default() };
    request.query.insert("n".to_owned(), "7".to_owned());
    let actor = data.find("users", "u10000000000000");
    MapScope { data, request, actor: Some((actor.collection.clone(), actor.clone())) }
}

#[test]
fn conjuncts_are_what_an_index_can_use() {
    let data = load();
    let scope = scope(&data);
    let cases = [
        ("title = 'a' && views > 10", "title Equal Text(\"a\"), views Greater Number(10.0)"),
        ("10 < views", "views Greater Number(10.0)"),
        ("views = '10'", "views Equal Number(10.0)"),
        ("title = 5", "title Equal Text(\"5.0\")"),
        ("title = null", "title Equal Text(\"\")"),
        ("title > null", "title Greater Null"),
        ("live = true", "live Equal Number(1.0)"),
        ("title:lower = 'x'", "title:lower Equal Text(\"x\")"),
        ("title ~ 'ab'", "title Like Text(\"%ab%\")"),
        ("title ~ 'ab%'", "title Like Text(\"ab%\")"),
        ("'x' ~ title", ""),
        ("author = @request.auth.id", "author Equal Text(\"u10000000000000\")"),
        ("team = @request.auth.team", "team Equal Text(\"t10000000000000\")"),
        ("views >= @request.query.n", "views GreaterOrEqual Number(7.0)"),
        ("title = @request.query.none", "title Equal Text(\"\")"),
        ("title != 'a'", "title NotEqual Text(\"a\")"),
        ("title = 'a' || views = 1", ""),
        ("(title = 'a' || views = 1) && live = true", "live Equal Number(1.0)"),
        ("(title = 'a' && (views = 1))", "title Equal Text(\"a\"), views Equal Number(1.0)"),
        ("editors.name ?= 'x' && views = 1", "views Equal Number(1.0)"),
        ("title = body", ""),
        ("meta = 'x' && tags = 'y' && place.lon = 1", ""),
        ("", ""),
    ];
    for (text, expected) in cases {
        let rule = compile(&data.schema, data.schema.find("posts").unwrap(), text, Who::Rule).unwrap();
        let found = rule.conjuncts(&scope).unwrap();
        let show = |c: &luge::rules::Conjunct| {
            let lower = if c.lower { ":lower" } else { "" };
            format!("{}{lower} {:?} {:?}", c.field.name, c.operator, c.value(&scope).into_owned())
        };
        assert_eq!(found.iter().map(show).collect::<Vec<_>>().join(", "), expected, "{text}");
    }
}

#[test]
fn rules_tell_what_they_read() {
    let data = load();
    let cases = [
        ("", "", true),
        ("title = 'a'", "", false),
        ("author = @request.auth.id", "auth", false),
        ("@request.auth.teams.name ?= 'x'", "auth joins", false),
        ("@request.method = 'GET'", "request", false),
        ("published < @now", "time", false),
        ("author.name = 'x'", "joins", false),
        ("author.id = 'x'", "", false),
        ("tags:each ?= 'a'", "joins", false),
    ];
    for (text, expected, always) in cases {
        let rule = compile(&data.schema, data.schema.find("posts").unwrap(), text, Who::Rule).unwrap();
        let reads = rule.reads();
        let names = [(reads.auth, "auth"), (reads.request, "request"), (reads.joins, "joins"), (reads.time, "time")];
        let found: Vec<&str> = names.iter().filter(|n| n.0).map(|n| n.1).collect();
        assert_eq!(found.join(" "), expected, "{text}");
        assert_eq!(rule.is_always_true(), always, "{text}");
    }
}

#[test]
fn the_cache_keeps_a_bounded_number_for_one_schema() {
    let mut data = load();
    let cache = RuleCache::default();
    let posts = data.schema.find("posts").unwrap().clone();
    let first = cache.get(&data.schema, &posts, "views = 1", Who::Rule).unwrap();
    let again = cache.get(&data.schema, &posts, "views = 1", Who::Rule).unwrap();
    assert!(std::sync::Arc::ptr_eq(&first, &again));
    assert!(cache.get(&data.schema, &posts, "hid = 'x'", Who::Client).is_err());
    assert!(cache.get(&data.schema, &posts, "hid = 'x'", Who::Rule).is_ok());
    data.schema.version += 1;
    let newer = cache.get(&data.schema, &posts, "views = 1", Who::Rule).unwrap();
    assert!(!std::sync::Arc::ptr_eq(&first, &newer));
    for i in 0..2000 {
        let text = format!("views = {i}");
        cache.get_parts(&data.schema, &posts, &[Part { text: &text, who: Who::Client }]).unwrap();
    }
    assert_eq!(cache.len(), 500);
}

#[test]
fn a_budget_ends_costly_filters() {
    let data = load();
    let scope = scope(&data);
    let posts = data.schema.find("posts").unwrap();
    let text = "@collection.users:a.id ?= 'x' && @collection.users:b.id ?= 'x' || @collection.users:a.name ?~ @collection.users:b.name";
    let rule = compile(&data.schema, posts, text, Who::Rule).unwrap();
    let row = data.find("posts", "p10000000000000");
    assert!(rule.matches(&scope, row, &mut Budget::default()).is_ok());
    assert_eq!(rule.matches(&scope, row, &mut Budget::new(3)).unwrap_err().status(), 400);
}

#[test]
fn limits_and_refusals() {
    let data = load();
    let posts = data.schema.find("posts").unwrap();
    let long = format!("title = '{}'", "x".repeat(3500));
    assert!(compile(&data.schema, posts, &long, Who::Client).is_err());
    assert!(compile(&data.schema, posts, &long, Who::Superuser).is_err());
    assert!(compile(&data.schema, posts, &long, Who::Rule).is_ok());
    assert_eq!(client_may_not("a = @request.auth.id"), Some("@request."));
    assert_eq!(client_may_not("@collection.x.y = 1 && a = @request.z"), Some("@collection."));
    assert_eq!(client_may_not("a = '@now'"), None);
    let error = compile(&data.schema, posts, "title = 1 && nope = 2", Who::Client).unwrap_err();
    assert_eq!(error.message, luge::error::Code::BadRequest.message());
    assert!(error.detail.unwrap().contains("position 13"));
}

#[test]
fn sort_keys_tell_their_index_field() {
    let data = load();
    let posts = data.schema.find("posts").unwrap();
    let field = |text: &str| compile_sort(&data.schema, posts, text, Who::Superuser).unwrap()[0].field().map(|f| f.name.clone());
    assert_eq!(field("-title"), Some("title".to_owned()));
    assert_eq!(field("title:lower"), None);
    assert_eq!(field("meta"), None);
    assert_eq!(field("author.name"), None);
    assert_eq!(field("@random"), None);
}

/// Not a benchmark, but it would notice an allocation or a clone of the record: 200 ns in a release build.
#[test]
fn a_plain_rule_is_fast() {
    let data = load();
    let scope = scope(&data);
    let posts = data.schema.find("posts").unwrap();
    let rule = compile(&data.schema, posts, "status = 'live' && views > 5", Who::Rule).unwrap();
    let row = data.find("posts", "p10000000000000");
    let mut budget = Budget::default();
    let start = std::time::Instant::now();
    let rounds = 100_000;
    for _ in 0..rounds {
        assert!(rule.matches(&scope, row, &mut budget).unwrap());
    }
    let each = start.elapsed() / rounds;
    println!("{each:?} for each record");
    assert!(each < std::time::Duration::from_micros(20));
}

proptest::proptest! {
    #[test]
    fn any_filter_is_answered(tokens in proptest::collection::vec(0usize..WORDS.len(), 0..24)) {
        let data = load();
        let scope = scope(&data);
        let text = tokens.iter().map(|&i| WORDS[i]).collect::<Vec<_>>().join(" ");
        let Ok(rule) = compile(&data.schema, data.schema.find("posts").unwrap(), &text, Who::Rule) else { return Ok(()) };
        let _ = rule.matches(&scope, data.find("posts", "p50000000000000"), &mut Budget::new(100_000));
        for conjunct in rule.conjuncts(&scope).unwrap() {
            conjunct.value(&scope);
        }
    }
}

const WORDS: &[&str] = &[
    "title",
    "=",
    "?=",
    "!=",
    "~",
    ">",
    "'a'",
    "5",
    "null",
    "&&",
    "||",
    "&&",
    "||",
    "(",
    ")",
    "editors.name",
    "tags:each",
    "tags:length",
    "meta.arr.0",
    "comments_via_post.text",
    "@collection.users:x.name",
    "@request.auth.teams.name",
    "@request.body.tags:each",
    "@now",
    "place.lon",
    "geoDistance(place.lon,1,2,3)",
    "strftime('%Y',published,'+1 day')",
    "=",
    "=",
    "=",
];

#[test]
fn long_texts_cost_what_it_takes_to_look_at_them() {
    let data = load();
    let scope = scope(&data);
    let posts = data.schema.find("posts").unwrap();
    let mut record = (**data.find("posts", "p10000000000000")).clone();
    record.set_named("title", luge::value::Value::text("a".repeat(100_000)));
    record.set_named("body", luge::value::Value::text(format!("{}_b", "a".repeat(1000))));
    let row = std::sync::Arc::new(record);
    let used = |text: &str| {
        let rule = compile(&data.schema, posts, text, Who::Client).unwrap();
        let mut budget = Budget::new(200_000);
        rule.matches(&scope, &row, &mut budget).map(|_| 200_000 - budget.left()).map_err(|e| e.status())
    };
    assert_eq!(used("views = 1"), Ok(1));
    assert!(used("title = 'x'").unwrap() < 1000);
    assert!((100..2000).contains(&used("title ~ 'x'").unwrap()));
    assert!((100..2000).contains(&used("title:lower = 'x'").unwrap()));
    // The body is a pattern with a `_` in it: text times pattern is more than there is.
    assert_eq!(used("title ~ body"), Err(400));
    assert_eq!(used("title !~ body"), Err(400));
    // Whatever it says, what was not looked at to its end is no answer.
    assert_eq!(used("title !~ body || views > 0"), Err(400));
}
