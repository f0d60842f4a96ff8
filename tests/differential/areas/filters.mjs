// Filters: every operator, function and macro over plain fields, and how they fail.

import { blog } from "./blog.mjs";

const COMPARED = ["title", "views", "live", "kind", "tags", "data", "published", "place", "body", "note"];
const OPERATORS = ["=", "!=", ">", ">=", "<", "<=", "~", "!~", "?=", "?!=", "?>", "?>=", "?<", "?<=", "?~", "?!~"];
const LITERALS = ["''", "'Alpha'", "'a'", "0", "5", "'5'", "-1.5", "true", "false", "null"];

const DATES = ["published > '2024-01-01'", "published >= '2024-03-01 00:00:00.000Z'", "published < '2024-03-01'", "published ~ '2024'", "published = ''",
  "published != ''", "published = '2024-03-01 00:00:00.000Z'", "published = '2024-03-01'", "created <= @now", "created > @now", "created > @yesterday && created < @tomorrow",
  "created >= @todayStart && created <= @todayEnd", "created >= @monthStart && created <= @monthEnd", "created >= @yearStart && created <= @yearEnd",
  "@second >= 0 && @second < 60", "@minute >= 0", "@hour >= 0 && @hour < 24", "@day > 0 && @day <= 31", "@month >= 1 && @month <= 12", "@weekday >= 0 && @weekday <= 6", "@year > 2020",
  "@year ~ '20'", "@now > ''", "published < @now", "@nothing = 1", "views = @day", "@todayStart < @now", "@now = @now"];

const JSON_PATHS = ["data.a = 1", "data.a = '1'", "data.a != 1", "data.b.c = 'x'", "data.b.c != 'x'", "data.list.0 = 1", "data.list.1 = 'two'", "data.list.9 = null", "data.missing = ''",
  "data.missing = null", "data.missing != null", "data.missing != ''", "data.flag = true", "data.flag = false", "data.flag = 1", "data.nil = null", "data.nil = ''", "data.a > 0", "data.a >= '0'", "data.b ~ 'x'",
  "data.list ~ 'two'", "data.list:length = 3", "data:length > 0", "data = '{}'", "data = null", "data = ''", "data != null", "data ~ 'two'", "data.text ~ 'HELLO'", "data.text = 'Hello'", "data.text:lower = 'hello'",
  "data.list:each = 1", "data.a.b.c = null", "data.0 = 1", "data.list.a = 1", "data.b.c ?= 'x'", "data.a < data.n", "data.a = views", "data.n > 1.5", "data.n < -1"];

const GEO = ["place.lon > 10", "place.lat < 50", "place.lon = 0 && place.lat = 0", "place = ''", "place ~ 'lon'", "place.nothing = 1", "place.lon != 13.4",
  "geoDistance(place.lon, place.lat, 13.4, 52.5) < 1", "geoDistance(place.lon, place.lat, 13.4, 52.5) < 1000", "geoDistance(13.4, 52.5, place.lon, place.lat) > 1000", "geoDistance(13.4, 52.5, 2.35, 48.85) > 800 && geoDistance(13.4, 52.5, 2.35, 48.85) < 900",
  "geoDistance(1, 2, 3) < 1", "geoDistance() < 1", "geoDistance('a', 2, 3, 4) < 1", "geoDistance(views, views, 0, 0) < 500", "geoDistance(title, 1, 2, 3) < 5", "geoDistance(place.lon, place.lat, 13.4, 52.5) = null", "1 < geoDistance(place.lon, place.lat, 0, 0)", "geodistance(1,2,3,4) < 1"];

const TIME = ["strftime('%Y', published) = '2024'", "strftime('%Y-%m', published) = '2024-03'", "strftime('%m', published) > '02'", "strftime('%d', published, '+1 day') = '02'", "strftime('%Y', 'now') > '2020'", "strftime('%s', '2024-01-01') = '1704067200'",
  "strftime('%Y', '') = ''", "strftime('%Y', title) = ''", "strftime('%H:%M:%S', published) = '00:00:00'", "strftime('%j', published) > '060'", "strftime('%w', published) = '5'", "strftime('%Y') > '2020'", "strftime() = ''", "strftime(title) = ''",
  "strftime('%Y', published, 'start of year', '+1 month') = '2024'", "strftime('%J', '2024-01-01 12:00:00') > 2460000", "strftime('%Y', views) != ''", "strftime('%%', published) = '%'", "strftime('%f', published) ~ '00'", "strftime('%Q', published) = ''", "strftime('%Y', published, 'nonsense') = ''", "strftime('%W', published) >= '00'", "strftime('%Y', 1704067200, 'unixepoch') = '2024'", "strftime('%Y', strftime('%Y-%m-%d', published)) = '2024'"];

const TEXT = ["title ~ 'a'", "title ~ 'A'", "title ~ 'a%'", "title ~ '%a'", "title ~ '%a%'", "title ~ 'a_p'", "title ~ 'a_p%'", "title ~ '\\%'", "title ~ '%\\%%'", "title ~ '_'", "title ~ ''", "title !~ ''", "title !~ 'a%'", "title ~ 'ä'", "title ~ 'Ä'", "title ~ title", "title ~ kind",
  "'Alpha' ~ title", "body ~ title", "title:lower = 'alpha'", "title:lower ~ 'ALPHA'", "title ~ 5", "title ~ null", "title ~ true", "views ~ 5", "views ~ '1%'", "title = 'it\\'s'", "title = \"it's\"", "title = 'back\\\\slash'", "note = \"100%\"", "note ~ '100\\%'", "note ~ '0%'", "note ~ 'a_b'", "title = 'line\nbreak'"];

const SHAPES = ["title = 'Alpha' || views = 5 && live = true", "(title = 'Alpha' || views = 5) && live = true", "title = 'Alpha' && views > 0 || live = false", "((title = 'Alpha'))", "title='Alpha'&&views>0", "title = 'Alpha' // a comment", "// only", "title = 'Alpha' // c\n && views > 0",
  "", " ", "()", "(title = 'a'", "title = 'a')", "title", "title =", "= 'a'", "title == 'a'", "title = 'a' & views = 1", "title = 'a' and views = 1", "title = 'a' &&", "&& title = 'a'", "title = 'a' && && views = 1", "title =&& views", "!title = 'a'", "not title = 'a'",
  "title = 'unclosed", "title = 1e5", "views = 1.", "views = .5", "views = +5", "views = --5", "views = 0x10", "1 = 1", "1 = 2", "'a' = 'a'", "null = null", "true = true", "true = 1", "views = views", "title = kind", "title != kind", "views > data.a", "live", "live = TRUE", "live = True", "note = NULL", "NULL != note",
  "unknown = 1", "title.x = 1", "views.x = 1", "title. = 1", "title: = 1", ".title = 1", "title:unknown = 1", "title:isset = true", "title:changed = true", "title:length = 1", "title:each = 'a'", "views:lower = '5'", "live:lower = '1'", "tags:lower = 'a'", "title:lower:lower = 'a'", "collectionId = 'b_posts'", "collectionName = 'b_posts'", "id = 'post00000000001'", "id ~ 'post'", "id:lower = 'x'", "_rowid_ > 0", "@rowid > 0", "rowid > 0", "title = `a`", "title = [1]", "now() = 1",
  "@request.auth.id = ''", "@request.auth.id != ''", "@request.method = 'GET'", "@request.query.filter ~ 'method'", "@request.query.nothing = ''", "@request.body.x = null", "@request.context = 'default'", "@request.headers.user_agent ~ 'node'", "@request.nothing = 1", "@request = 1", "@collection.b_users.name = 'Ann'", "@collection.b_users.name ?= 'Ann'", "@collection.b_users.id ?= author", "@collection.b_users:x.id ?= author && @collection.b_users:x.name ?= 'Ann'", "@collection.nothing.id = ''", "@collection.b_users.nothing = ''", "@collection.b_posts.title ?= title", "@request.auth.email ~ 'root'", "@request.auth.collectionName = '_superusers'"];

const LISTS = ["tags = 'a'", "tags ?= 'a'", "tags ~ 'a'", "tags !~ 'a'", "tags:each = 'a'", "tags:each ?= 'a'", "tags:each != 'a'", "tags:each ?!= 'a'", "tags:each ~ 'a'", "tags:each ?~ 'b'", "tags:length = 0", "tags:length > 1", "tags:length != 1", "tags:length ?= 2", "tags = '[]'", "tags = ''", "tags != ''", "tags = null", "kind:length = 1", "kind:each = 'x'", "tags:each = kind", "tags:each ?= kind", "tags = '[\"a\",\"b\"]'", "tags:each > 'a'", "tags:each >= 'a' && tags:length > 0", "tags:each = ''", "tags:each = null"];

const long = (count) => Array.from({ length: count }, (_, at) => `views != ${at + 1000}`).join(" && ");

/** Filters asked by a superuser and, for rights, by a guest. */
export async function filters(t) {
  await blog(t);
  const ask = (filter, who = "su") => t.send([who, "GET b_posts/records", null, { query: { filter, sort: "id", fields: "id", perPage: 100 } }]);
  for (const field of COMPARED) for (const operator of OPERATORS) for (const literal of LITERALS) await ask(`${field} ${operator} ${literal}`);
  for (const table of [DATES, JSON_PATHS, GEO, TIME, TEXT, SHAPES, LISTS]) for (const filter of table) await ask(filter);
  for (const left of ["'a'", "5", "true", "null", "''"]) for (const operator of OPERATORS.slice(0, 8)) await ask(`${left} ${operator} title`);
  for (const filter of [long(199), long(200), long(201), `title = '${"x".repeat(3480)}'`, `title = '${"x".repeat(3500)}'`, `${"(".repeat(50)}title = 'Alpha'${")".repeat(50)}`]) await ask(filter);
  for (const filter of ["secret = 'x'", "@request.auth.id = ''", "@collection.b_users.id = ''", "title = '@request.'", "title = 'Alpha'"]) await ask(filter, "guest");
}
