// The deliberate differences from PocketBase: which requests, at which path of the answer, and why.

/** Each row: `request` is matched against "area: who METHOD path query", `path` against the differing path. */
export const DIFFERENCES = [
  {
    request: / PATCH \/api\/settings| GET \/api\/health/,
    path: /^body\.(data\.)?(position|version|epoch)/,
    reason: "Luge tells its version and its log position",
  },
  {
    request: /./,
    path: /(Template|emailTemplate)\.(subject|body)$/,
    reason: "the mail templates are Luge's own texts, with the same placeholders",
  },
  {
    request: / (POST|PATCH|PUT) /,
    path: /^body\.data\..*Rule\.message$/,
    reason: "what is wrong with a rule is told in Luge's words, with the position",
  },
];
