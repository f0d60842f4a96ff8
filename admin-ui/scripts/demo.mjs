// Fills a server with a small blog and shop: what screenshots and accessibility tests look at.

const FIRST = [
  'Ada',
  'Grace',
  'Alan',
  'Katherine',
  'Edsger',
  'Barbara',
  'Donald',
  'Margaret',
  'Linus',
  'Radia',
  'Tim',
  'Joan',
];
const LAST = [
  'Lovelace',
  'Hopper',
  'Turing',
  'Johnson',
  'Dijkstra',
  'Liskov',
  'Knuth',
  'Hamilton',
  'Torvalds',
  'Perlman',
  'Lee',
  'Clarke',
];
const TOPICS = [
  'A log is all you need',
  'Realtime without lost events',
  'Small servers, large ideas',
  'What fsync promises',
  'Rules that explain themselves',
  'Indexes by example',
  'One binary on Friday',
  'Counting without counting',
  'The case for boring storage',
  'Offline is a feature',
  'Migrations you can read',
  'Live queries, explained',
  'Backups that restore',
  'A budget for latency',
  'Hooks in forty lines',
  'Testing with real crashes',
  'Passwords done right',
  'Cursor or page number?',
  'Search without a server',
  'Why the grid is fast',
  'Types from your schema',
  'Deploying to a Pi',
  'Quiet failures are bugs',
  'What an index costs',
];
const TAGS = ['rust', 'databases', 'realtime', 'howto', 'release', 'opinion'];

const field = (name, type, more = {}) => ({ name, type, ...more });
const dates = [
  field('created', 'autodate', { onCreate: true }),
  field('updated', 'autodate', { onCreate: true, onUpdate: true }),
];

/** Makes the collections and records with `api(method, path, body)`; always the same ones. */
export async function fill(api, { posts = 240 } = {}) {
  await api('PATCH', '/api/settings', { batch: { enabled: true, maxRequests: 200 } });
  const create = (body) => api('POST', '/api/collections', { type: 'base', ...body });
  const tags = await create({
    name: 'tags',
    fields: [field('name', 'text', { required: true, presentable: true })],
    listRule: '',
    viewRule: '',
  });
  const blog = await create({
    name: 'posts',
    fields: [
      field('title', 'text', { required: true, presentable: true }),
      field('status', 'select', { values: ['draft', 'published', 'archived'], maxSelect: 1 }),
      field('views', 'number', { onlyInt: true, min: 0 }),
      field('featured', 'bool'),
      field('author', 'relation', { collectionId: '_pb_users_auth_', maxSelect: 1 }),
      field('publishedAt', 'date'),
      field('tags', 'relation', { collectionId: tags.id, maxSelect: 10 }),
      field('body', 'editor'),
      field('meta', 'json'),
      field('place', 'geoPoint'),
      ...dates,
    ],
    indexes: ['CREATE INDEX `idx_posts_status_views` ON `posts` (`status`, `views`)'],
    listRule: "status = 'published' || author = @request.auth.id",
    viewRule: "status = 'published' || author = @request.auth.id",
    createRule: "@request.auth.id != ''",
    updateRule: 'author = @request.auth.id',
    deleteRule: 'author = @request.auth.id',
  });
  await create({
    name: 'comments',
    fields: [
      field('post', 'relation', { collectionId: blog.id, maxSelect: 1, required: true, cascadeDelete: true }),
      field('author', 'relation', { collectionId: '_pb_users_auth_', maxSelect: 1 }),
      field('text', 'text', { required: true }),
      ...dates,
    ],
    listRule: '',
    viewRule: '',
    createRule: "@request.auth.id != ''",
  });
  const products = await create({
    name: 'products',
    fields: [
      field('name', 'text', { required: true, presentable: true }),
      field('price', 'number', { min: 0 }),
      field('stock', 'number', { onlyInt: true }),
      ...dates,
    ],
    listRule: '',
    viewRule: '',
  });
  await create({
    name: 'orders',
    fields: [
      field('customer', 'relation', { collectionId: '_pb_users_auth_', maxSelect: 1 }),
      field('products', 'relation', { collectionId: products.id, maxSelect: 20 }),
      field('total', 'number'),
      ...dates,
    ],
    listRule: 'customer = @request.auth.id',
  });
  await records(api, posts);
}

async function records(api, posts) {
  const id = (prefix, n) => `${prefix}${String(n).padStart(15 - prefix.length, '0')}`;
  const pick = (list, n) => list[n % list.length];
  const batch = async (collection, bodies) => {
    const url = `/api/collections/${collection}/records`;
    for (let at = 0; at < bodies.length; at += 100)
      await api('POST', '/api/batch', {
        requests: bodies.slice(at, at + 100).map((body) => ({ method: 'POST', url, body })),
      });
  };
  for (let n = 0; n < FIRST.length; n += 1)
    await api('POST', '/api/collections/users/records', {
      id: id('user', n),
      name: `${FIRST[n]} ${LAST[n]}`,
      email: `${FIRST[n].toLowerCase()}@example.com`,
      emailVisibility: n % 2 === 0,
      verified: n % 3 !== 0,
      password: 'a-long-password-1',
      passwordConfirm: 'a-long-password-1',
    });
  await batch(
    'tags',
    TAGS.map((name, n) => ({ id: id('tag', n), name })),
  );
  await batch(
    'posts',
    Array.from({ length: posts }, (_, n) => ({
      id: id('post', n),
      title: n < TOPICS.length ? TOPICS[n] : `${pick(TOPICS, n * 7)} (${Math.floor(n / TOPICS.length) + 1})`,
      status: pick(['published', 'published', 'draft', 'published', 'archived'], n),
      views: (n * 7919) % 5000,
      featured: n % 6 === 0,
      author: id('user', (n * 5) % FIRST.length),
      tags: [id('tag', n % TAGS.length), id('tag', (n * 3 + 1) % TAGS.length)].filter(
        (tag, at, all) => all.indexOf(tag) === at,
      ),
      publishedAt: new Date(Date.UTC(2026, n % 12, (n % 27) + 1, 9)).toISOString(),
      body: '<p>Every change is one entry of the log. <strong>Everything</strong> that reacts, reads it.</p>',
      meta: { words: 300 + n, language: pick(['en', 'de', 'fr'], n) },
      place: { lon: 8.5 + n / 100, lat: 47.3 + n / 200 },
    })),
  );
  await batch(
    'comments',
    Array.from({ length: 60 }, (_, n) => ({
      post: id('post', n % 20),
      author: id('user', n % FIRST.length),
      text: `Thank you, this helped. (${n + 1})`,
    })),
  );
  await batch(
    'products',
    ['Sled', 'Helmet', 'Gloves', 'Goggles', 'Wax'].map((name, n) => ({
      id: id('product', n),
      name,
      price: 19.9 + n * 25,
      stock: n * 13,
    })),
  );
  await batch(
    'orders',
    Array.from({ length: 30 }, (_, n) => ({
      customer: id('user', (n * 7) % FIRST.length),
      products: [id('product', n % 5), id('product', (n * 2 + 1) % 5)].filter(
        (one, at, all) => all.indexOf(one) === at,
      ),
      total: 45.9 + ((n * 37) % 200),
    })),
  );
}

/** Reads what the apps of such a server read, a few requests at a time, until the returned function is called. */
export function traffic(url, token) {
  const asked = [
    'posts/records?sort=-views&expand=author,tags&perPage=20',
    "posts/records?filter=status%20%3D%20'published'",
    'posts/records/post00000000003?expand=author',
    'comments/records?expand=author&sort=-created',
    'products/records',
    'orders/records',
    'posts/records/gone',
    'tags/records',
  ];
  let turn = 0;
  let going = Promise.resolve();
  const next = () => {
    const paths = Array.from({ length: 2 + (turn % 5) }, (_, n) => asked[(turn * 3 + n) % asked.length]);
    turn += 1;
    const get = (path) =>
      fetch(`${url}/api/collections/${path}`, turn % 2 ? { headers: { Authorization: token } } : {}).then((answer) =>
        answer.arrayBuffer(),
      );
    going = Promise.all(paths.map(get)).catch(() => undefined);
  };
  const timer = setInterval(next, 700);
  return async () => {
    clearInterval(timer);
    await going;
  };
}
