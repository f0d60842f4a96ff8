// The deliberate differences from PocketBase: which requests, at which path of the answer, and why.

/** Each row: `request` is matched against "area: who METHOD path [query, body]", `path` against the differing path. */
export const DIFFERENCES = [
  {
    request: /^realtime: \w+ hears of /,
    path: /^body\.\d+\.data\.position$/,
    reason: "an event says where in the log it stands",
  },
  {
    request: / (GET|PATCH) \/api\/settings/,
    path: /^body\.realtime/,
    reason: "Luge has settings of its own for realtime: limits, channels, how long the log is kept",
  },
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
  {
    request: / PATCH \/api\/settings/,
    path: /^body\.data\.backups\.cron\.message$/,
    reason: "what is wrong with a cron expression is told in Luge's words, with the segment",
  },
  {
    request: / POST \w+\/(request|confirm)-(password-reset|verification|email-change) | POST \/api\/settings\/test\/email /,
    path: /./,
    reason: "what needs mail comes with a later release: password reset, verification, email change, test mails",
  },
  {
    request: / POST \w+\/(request-otp|auth-with-otp|auth-with-oauth2) | GET \/api\/oauth2-redirect /,
    path: /./,
    reason: "sign-in with a one-time password or OAuth2 comes with a later release",
  },
  {
    request: / GET \w+\/auth-methods /,
    path: /^body\.oauth2\./,
    reason: "sign-in with OAuth2 is told as off until it is there",
  },
  {
    request: / \w+ \/api\/(files\/|logs |crons |backups |sql )/,
    path: /./,
    reason: "files, logs, crons, backups and sql come with a later release; until then they are unknown paths",
  },
  {
    request: / GET \/api\/health /,
    path: /^body\.data\.canBackup$/,
    reason: "backups come with a later release; until then there is nothing to begin one with",
  },
  {
    request: / POST a_long\/records /,
    path: /./,
    reason: "passwords may have more than 72 bytes: argon2 has no such limit, bcrypt has",
  },
  {
    request: / POST p_items\/auth-with-password /,
    path: /^(status|body\.(message|status))$/,
    reason: "a sign-in is asked for its collection first and then for the size of its body",
  },
  {
    request: / GET \/ /,
    path: /^(status|body|headers\.content-type)/,
    reason: "the root says that the server is up, where PocketBase looks for a file",
  },
  {
    request: / GET (\/\/api|\/api\/)\/health /,
    path: /./,
    reason: "a path with an empty segment is an unknown path, where Go's router redirects",
  },
  {
    request: / POST p_items\/records \[\{"format":"xml"\}/,
    path: /^body\.message$/,
    reason: "XML is refused as an unsupported content type, where PocketBase begins to read it and fails",
  },
  {
    request: / GET \w+\/records /,
    path: /^headers\.vary$/,
    reason: "large answers are compressed on request, and their Vary says so",
  },
  {
    request: /"indexes":\["CREATE INDEX \w+ ON \w+ \((lower|json_extract)\(/,
    path: /^(status|body(\..*)?)$/,
    reason: "an index has plain columns: one on an expression is refused",
  },
  {
    request: /^values: .* v_site\/records .*http:\/\/x\.a\.co/,
    path: /^body\.data\.value\.(code|message)$/,
    reason: "a host with a label of one letter, such as x.a.co, is a valid url",
  },
  {
    request: /"page":"9223372036854775807"/,
    path: /^body\.items/,
    reason: "a page far behind the last one is empty: PocketBase's offset overflows and it sends the first page",
  },
  {
    request: /^values: su GET v_json\/records .*"sort":"value,/,
    path: /^body\.items\./,
    reason: "json is kept with sorted keys, also when it came as a text, and that is what a sort compares",
  },
  {
    request: /^collections: su POST \/api\/collections .*"sqlite_master"/,
    path: /^body\.(message|data\.name)$/,
    reason: "names that SQLite reserves are refused as a validation problem, not as a raw SQL error",
  },
  {
    request: /^collections: su GET c_parent /,
    path: /^body\./,
    reason: "a path that is the id of one collection and the name of another means the id: PocketBase takes the older one",
  },
  {
    request: /^collection-edits: su (PATCH|GET) e_main .*\{"name":"count","type":"number","min":3\}/,
    path: /^body\.fields\.\d\.id$/,
    reason: "a field sent without an id is the stored one of that name and type and keeps its values; PocketBase makes a new column",
  },
];
