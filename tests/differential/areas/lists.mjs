// Lists: sort, pages, totals, fields with excerpt, and expand.

import { blog } from "./blog.mjs";

const SORTS = ["title", "-title", "+title", "views", "-views,title", "live,-views,id", "kind,tags,id", "tags,id", "data,id", "-data,id", "data.a,id", "data.b.c,id", "place,id", "place.lon,id", "place.lat,-id", "published,id", "-published,id", "created,id", "title:lower,id", "-title:lower,id",
  "@rowid", "-@rowid", "id", "-id", "", " title , -views ", "title,", ",title", "nothing", "-", "+", "--title", "title title", "title desc", "views+1", "@random.x", "@now", "collectionName", "secret", "author,id", "editors,id", "strftime('%Y', published)", "title:each", "tags:length,id", "tags:each,id", "title:isset",
  "title,title,title,title,title,title,title,id", "title,title,title,title,title,title,title,title,id", "x".repeat(256), "@request.auth.id", "@collection.b_users.name"];

const PAGES = [{ page: 1, perPage: 3 }, { page: 2, perPage: 3 }, { page: 4, perPage: 3 }, { page: 5, perPage: 3 }, { page: 0 }, { page: -1 }, { perPage: 0 }, { perPage: -1 }, { perPage: 1000 }, { perPage: 1001 }, { perPage: 5000 }, { page: "x" }, { perPage: "x" }, { page: "1.5" }, { page: "" }, { perPage: "" }, { page: "99999999999999999999" }, { page: "9223372036854775807" }, { page: " 1" }, { page: "+2", perPage: 3 }, { page: "0x1" }, { page: "1e1" },
  { skipTotal: 1 }, { skipTotal: "true" }, { skipTotal: "TRUE" }, { skipTotal: "True" }, { skipTotal: "t" }, { skipTotal: "T" }, { skipTotal: 0 }, { skipTotal: "false" }, { skipTotal: "yes" }, { skipTotal: "" }, { skipTotal: 2 }, { skipTotal: 1, page: 2, perPage: 4 }, { page: 2, perPage: 4, filter: "views > 0" }, { perPage: 4, filter: "views > 1e9" }, { filter: "views = 12345" }, { Page: 2, PERPAGE: 2 }];

const FIELDS = ["id", "id,title", " id , title ", "*", "*,title", "nothing", "", "id,id", "data", "data.a", "data.b.c", "data.list", "data.list.x", "place.lon", "tags", "collectionId,collectionName", "title:excerpt(3)", "title:excerpt(3,true)", "title:excerpt(0)", "title:excerpt(-1)", "title:excerpt(x)", "title:excerpt()", "title:excerpt(3,maybe)", "title:excerpt(3,true,1)", "title:excerpt", "title:unknown(1)", "html:excerpt(8,true)", "html:excerpt(100)", "html:excerpt(12)", "views:excerpt(1)", "data:excerpt(3)", "*:excerpt(3)", "id,html:excerpt(20,true),title", "data.text:excerpt(2)", "items.id", "expand", "expand.author", "expand.author.name", "expand.*.name", "id,expand.author.*", "id,,title", "title.x", "data.*", "data.b.*", "secret", "*,expand.editors.name"];

const EXPANDS = ["author", "editors", "labels", "author,editors", " author , editors ", "nothing", "", "title", "author.name", "author.b_profiles_via_user", "b_comments_via_post", "b_comments_via_post.writer", "b_comments_via_post.writer,author", "b_private_via_post", "b_comments_via_post(post)", "b_comments(post)", "author,author", "author.b_posts_via_author", "author.b_posts_via_author.author.b_posts_via_author", "author.b_posts_via_author.author.b_posts_via_author.author.b_posts_via_author.author", "labels,author.nothing", "author.,labels", ",", "b_comments_via_nothing", "editors.b_profiles_via_user.user"];

const VIEWS = ["post00000000000", "post00000000003", "post00000000004", "post00000000008"];

/** How a list is ordered, cut, picked and filled. */
export async function lists(t) {
  await blog(t);
  const ask = (who, query, more) => t.send([who, "GET b_posts/records", null, { query: { fields: "id", ...query }, ...more }]);
  for (const sort of SORTS) for (const who of ["su", "guest"]) await ask(who, { sort });
  for (const page of PAGES) await ask("guest", { sort: "id", ...page });
  for (const fields of FIELDS) {
    await ask("su", { fields, sort: "id", expand: "author,editors" });
    await t.send(["guest", `GET b_posts/records/${VIEWS[0]}`, null, { query: { fields, expand: "author,editors" } }]);
  }
  for (const expand of EXPANDS) {
    for (const who of ["su", "guest"]) await ask(who, { fields: "*", expand, sort: "id" });
    for (const id of VIEWS.slice(1)) await t.send(["guest", `GET b_posts/records/${id}`, null, { query: { expand } }]);
  }
  for (const expand of ["b_posts_via_author", "b_posts_via_editors", "b_profiles_via_user", "b_posts_via_author.labels,b_profiles_via_user"]) {
    await t.send(["guest", "GET b_users/records", null, { query: { expand, sort: "-id" } }]);
  }
  await t.send(["guest", "POST b_comments/records", { id: "commentexpanded", text: "new", post: VIEWS[0] }, { query: { expand: "post.author", fields: "id,expand.post.expand.author.name,expand.post.title" } }]);
  await t.send(["guest", "PATCH b_comments/records/commentexpanded", { stars: 2 }, { query: { expand: "post", fields: "stars,expand.post.id" } }]);
  await t.send(["guest", "DELETE b_comments/records/commentexpanded", null, { query: { expand: "post", fields: "id" } }]);
  await t.send(["guest", "GET b_posts/records", null, { query: { sort: "@random", fields: "nothing" } }]);
  await t.send(["guest", "GET B_POSTS/records", null, { query: { sort: "id", fields: "id,collectionName" } }]);
}
