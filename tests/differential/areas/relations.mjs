// Filters and sorts across relations: single, multiple, back-relations, nested, and what a guest may join.

import { blog } from "./blog.mjs";

const OPERATORS = ["=", "!=", ">", "<", "~", "!~", "?=", "?!=", "?>", "?<", "?~", "?!~"];
const PATHS = ["author.name", "editors.name", "editors.age", "labels.label", "labels.weight", "author", "editors", "editors.id", "b_comments_via_post.text", "b_comments_via_post.stars", "b_comments_via_post.writer.name", "b_comments_via_post.id"];
const LITERALS = ["'Ann'", "''", "0", "null", "'good'", "3"];

const POSTS = [
  "author = 'user00000000000'", "author.id = 'user00000000000'", "author.id != ''", "author.age > 0", "author.name = title", "author.email ~ '@b.co'", "author.name:lower = 'ann'",
  "editors:length = 2", "editors:length > 1 && editors.age > 0", "editors:each = 'user00000000000'", "editors:each ?= 'user00000000000'", "editors ~ 'user00000000000'", "editors.id ?= author", "editors.id = author", "editors.id ?!= author",
  "editors.name = author.name", "editors.name ?= author.name", "editors.age > labels.weight", "editors.age ?> labels.weight", "labels.weight ?= 5 && labels.label ?= 'red'", "labels.label ?= 'Green' || views > 50",
  "b_comments_via_post.text = 'good'", "b_comments_via_post.text ?= 'good' && b_comments_via_post.stars ?= 1", "b_comments_via_post.stars > 2", "b_comments_via_post.stars ?> 4", "b_comments_via_post.id = ''", "b_comments_via_post.id = null", "b_comments_via_post:length > 1",
  "b_comments_via_post.writer = author", "b_comments_via_post.writer ?= author", "b_comments_via_post.writer.name ?= author.name", "b_comments_via_post.writer.b_profiles_via_user.bio ?= 'bio 0'", "author.b_profiles_via_user.bio = 'bio 0'", "author.b_profiles_via_user.bio != 'bio 0'", "editors.b_profiles_via_user.bio ?~ 'bio'",
  "author.b_posts_via_author.title = 'Alpha'", "author.b_posts_via_author.title ?= 'Alpha'", "author.b_posts_via_author.views ?> views", "author.b_posts_via_editors.title ?= 'Alpha'", "author.b_posts_via_author.author.name ?= 'Ann'", "b_private_via_post.word = 'hush'", "b_private_via_post.word != 'hush'", "b_private_via_post.id != ''",
  "author.nothing = 1", "nothing.name = 1", "title.name = 1", "b_comments_via_nothing.text = 1", "nothing_via_post.text = 1", "b_comments_via_writer.text = 1", "author.pin = '1'", "author.pin.x = 1", "editors.name:each = 'Ann'", "author:length = 1", "author:each = 'user00000000000'", "author:lower = 'x'",
  "geoDistance(author.age, author.age, 0, 0) < 5000", "geoDistance(editors.age, editors.age, 0, 0) < 5000", "strftime('%Y', b_comments_via_post.text) = ''", "strftime('%Y', editors.name) = ''", "author.b_posts_via_author.published ?> published",
  "author.b_comments_via_writer.post.title = 'Alpha'", "author.b_comments_via_writer.post.title ?= title", "author.b_comments_via_writer.post.author.b_profiles_via_user.bio ?= 'bio 0'",
  "author.b_posts_via_author.author.b_posts_via_author.author.b_posts_via_author.title ?= 'Alpha'", "author.b_posts_via_author.author.b_posts_via_author.author.b_posts_via_author.author.name ?= 'Ann'",
  "author.name = 'Ann' && editors.name ?= 'Bob' || b_comments_via_post.stars ?= 5", "(author.name = 'Ann' || editors.name = 'Bob') && labels.weight != 0", "editors.id ?= 'user00000000001' && editors.id ?= 'user00000000000'", "editors.age > 0 && editors.age < 40", "editors.age ?> 0 && editors.age ?< 0",
];

const SORTS = ["author.name,id", "-author.name,-id", "author.age,id", "-author.b_profiles_via_user.bio,id", "author.b_profiles_via_user.bio,-id", "author,id", "labels.weight,id", "author.nothing", "nothing.name", "author.pin,id", "b_private_via_post.word,id"];

const OTHERS = [
  ["b_users", ["b_posts_via_author.title ?= 'Alpha'", "b_posts_via_author.title = 'Alpha'", "b_posts_via_author.id = ''", "b_posts_via_editors.title ?= 'Alpha'", "b_posts_via_editors.views > 0", "b_posts_via_editors.views ?> 50", "b_posts_via_editors.id != ''", "b_profiles_via_user.bio = 'bio 1'", "b_profiles_via_user.bio != 'bio 1'", "b_profiles_via_user.id = ''", "b_profiles_via_user:length = 1", "b_posts_via_author.tags:each ?= 'a'", "b_posts_via_author.tags:length > 1", "b_posts_via_author.data.a ?= 1", "b_posts_via_author.place.lon ?> 0", "b_posts_via_author.labels.weight ?= 5"]],
  ["b_comments", ["post.title = 'Alpha'", "post.author.name = 'Ann'", "post.editors.name = 'Ann'", "post.editors.name ?= 'Bob'", "post.labels.weight > 0", "post.author = writer", "post.editors ?= writer", "post.editors.id ?= writer", "post.b_comments_via_post.stars > stars", "post.b_comments_via_post.stars ?> stars", "post.tags:each ?= 'b'", "post.data.b.c = 'x'", "writer.b_posts_via_editors.title ?= post.title", "post.views > stars && writer.age >= 0", "post.title:lower = 'alpha'"]],
  ["b_tags", ["b_posts_via_labels.title ?= 'Alpha'", "b_posts_via_labels.views > 0", "b_posts_via_labels.author.name ?= 'Bob'", "b_posts_via_labels.editors.name ?= 'Ann'", "b_posts_via_labels.id = null", "b_posts_via_labels.author.b_profiles_via_user.bio ?~ 'bio'"]],
];

/** Everything that a filter reaches beyond its own collection. */
export async function relations(t) {
  await blog(t);
  const ask = (who, collection, query) => t.send([who, `GET ${collection}/records`, null, { query: { fields: "id", perPage: 100, sort: "id", ...query } }]);
  for (const path of PATHS) for (const operator of OPERATORS) for (const literal of LITERALS) await ask("su", "b_posts", { filter: `${path} ${operator} ${literal}` });
  for (const filter of POSTS) await ask("su", "b_posts", { filter });
  for (const filter of POSTS) await ask("guest", "b_posts", { filter, skipTotal: true });
  for (const sort of SORTS) for (const who of ["su", "guest"]) await ask(who, "b_posts", { sort });
  for (const [collection, filters] of OTHERS) for (const filter of filters) await ask("su", collection, { filter });
}
