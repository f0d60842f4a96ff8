/** The public names of `@luge/sdk`. */
export { cookieStore, localStore, memoryStore, } from "./auth/store.js";
export { Auth } from "./auth.js";
export { createLuge, Luge } from "./client.js";
export { Collection } from "./collection.js";
export { Collections, Settings } from "./collections.js";
export { LugeError } from "./error.js";
export { Files } from "./files.js";
export { and, any, bind, Condition, each, eq, field, gt, gte, has, length, like, lower, lt, lte, ne, notLike, oneOf, or, quote, raw, } from "./filter.js";
export { Query } from "./query.js";
export { Channel } from "./realtime/channel.js";
export { Realtime } from "./realtime.js";
export { newId } from "./wait.js";
