/** The public names of `@luge/sdk/react`. */
export { useAuth } from "./auth.js";
export { useConnection } from "./connection.js";
export { LugeProvider, useLuge } from "./context.js";
export { useMutation } from "./mutation.js";
export { usePresence } from "./presence.js";
export { useQuery, useRecord } from "./query.js";
