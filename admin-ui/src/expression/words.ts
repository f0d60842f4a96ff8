// The words that stand for themselves: the same tables as the server's, which checks every expression in the end.

export interface Word {
  name: string;
  help: string;
  /** What is inserted, where it differs from the name. */
  insert?: string;
}

export const OPERATORS: Word[] = [
  { name: '=', help: 'equals' },
  { name: '!=', help: 'differs from' },
  { name: '~', help: 'contains (case-insensitive; % is a wildcard)' },
  { name: '!~', help: 'does not contain' },
  { name: '>', help: 'greater than' },
  { name: '>=', help: 'greater than or equal' },
  { name: '<', help: 'less than' },
  { name: '<=', help: 'less than or equal' },
  { name: '?=', help: 'at least one equals' },
  { name: '?!=', help: 'at least one differs' },
  { name: '?~', help: 'at least one contains' },
  { name: '?!~', help: 'at least one does not contain' },
  { name: '?>', help: 'at least one is greater' },
  { name: '?>=', help: 'at least one is greater or equal' },
  { name: '?<', help: 'at least one is less' },
  { name: '?<=', help: 'at least one is less or equal' },
];

export const JOINS: Word[] = [
  { name: '&&', help: 'and' },
  { name: '||', help: 'or (weaker than &&)' },
];

export const MACROS: Word[] = [
  { name: '@now', help: 'this moment, UTC' },
  { name: '@todayStart', help: 'today at 00:00, UTC' },
  { name: '@todayEnd', help: 'today at 23:59:59.999, UTC' },
  { name: '@yesterday', help: '24 hours ago' },
  { name: '@tomorrow', help: 'in 24 hours' },
  { name: '@monthStart', help: 'the first moment of this month' },
  { name: '@monthEnd', help: 'the last moment of this month' },
  { name: '@yearStart', help: 'the first moment of this year' },
  { name: '@yearEnd', help: 'the last moment of this year' },
  { name: '@second', help: 'the second, 0 to 59' },
  { name: '@minute', help: 'the minute, 0 to 59' },
  { name: '@hour', help: 'the hour, 0 to 23' },
  { name: '@day', help: 'the day of the month' },
  { name: '@month', help: 'the month, 1 to 12' },
  { name: '@weekday', help: 'the day of the week, Sunday is 0' },
  { name: '@year', help: 'the year' },
];

export const FUNCTIONS: Word[] = [
  {
    name: 'geoDistance',
    help: 'kilometres between two points: geoDistance(lonA, latA, lonB, latB)',
    insert: 'geoDistance(',
  },
  { name: 'strftime', help: "a part of a moment: strftime('%Y', created)", insert: 'strftime(' },
];

export const LITERALS: Word[] = [
  { name: 'true', help: 'yes' },
  { name: 'false', help: 'no' },
  { name: 'null', help: 'nothing, the same as an empty text' },
];

export const REQUEST: Word[] = [
  { name: '@request.auth.', help: 'who asks' },
  { name: '@request.body.', help: 'what was submitted' },
  { name: '@request.query.', help: 'parameters of the address' },
  { name: '@request.headers.', help: 'headers, as x_token' },
  { name: '@request.method', help: 'GET, POST, PATCH or DELETE' },
  { name: '@request.context', help: 'default, expand, realtime, batch, oauth2, otp, password or protectedFile' },
];

export const MODIFIERS: { name: string; help: string; fits: (type: string, request: boolean) => boolean }[] = [
  { name: ':isset', help: 'whether it was sent', fits: (_, request) => request },
  { name: ':changed', help: 'whether it was sent and differs', fits: (_, request) => request },
  { name: ':length', help: 'how many values', fits: (type) => type === 'multiple' },
  { name: ':each', help: 'every value of the list', fits: (type) => type === 'multiple' },
  { name: ':lower', help: 'in lower case', fits: (type) => TEXTUAL.includes(type) },
];

const TEXTUAL = ['text', 'email', 'url', 'editor', 'select', 'id'];
