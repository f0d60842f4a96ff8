// Collections to begin with. A relation names its collection; the ids are put in when it is created.
import type { CollectionDraft, DraftField, FieldTypeName } from '../../api';

/** A field whose `collectionId` may be the name of a collection. */
type Sketch = DraftField;

export interface Template {
  id: string;
  title: string;
  note: string;
  collections: (CollectionDraft & { name: string; fields: Sketch[] })[];
}

const field = (name: string, type: FieldTypeName, more: Partial<Sketch> = {}): Sketch => ({ name, type, ...more });
const title = (name = 'title'): Sketch => field(name, 'text', { required: true, presentable: true, max: 200 });
const one = (name: string, collection: string, more: Partial<Sketch> = {}): Sketch =>
  field(name, 'relation', { collectionId: collection, maxSelect: 1, ...more });
const choice = (name: string, values: string[], more: Partial<Sketch> = {}): Sketch =>
  field(name, 'select', { values, maxSelect: 1, ...more });

/** When a record was made and last changed: nearly every collection wants it. */
export const DATES: Sketch[] = [
  field('created', 'autodate', { onCreate: true }),
  field('updated', 'autodate', { onCreate: true, onUpdate: true }),
];

const SIGNED_IN = "@request.auth.id != ''";
const owned = (owner: string) => `${owner} = @request.auth.id`;

/** Everyone reads; whoever signed in writes as themselves; the owner changes. */
const open = (owner: string) => ({
  listRule: '',
  viewRule: '',
  createRule: `${SIGNED_IN} && ${owned(owner)}`,
  updateRule: owned(owner),
  deleteRule: owned(owner),
});

/** Only the owner sees and changes it. */
const own = (owner: string) => ({
  listRule: owned(owner),
  viewRule: owned(owner),
  createRule: `${SIGNED_IN} && ${owned(owner)}`,
  updateRule: owned(owner),
  deleteRule: owned(owner),
});

const published = "status = 'published'";

export const TEMPLATES: Template[] = [
  {
    id: 'empty',
    title: 'Empty',
    note: 'An id and dates; add your own fields.',
    collections: [{ name: 'items', fields: [...DATES] }],
  },
  {
    id: 'users',
    title: 'Accounts',
    note: 'People who sign in, with name and avatar.',
    collections: [
      {
        name: 'members',
        type: 'auth',
        fields: [
          field('name', 'text', { max: 120, presentable: true }),
          field('avatar', 'file', { maxSelect: 1, mimeTypes: ['image/jpeg', 'image/png', 'image/webp'] }),
          ...DATES,
        ],
        ...{ listRule: 'id = @request.auth.id', viewRule: 'id = @request.auth.id', createRule: '' },
        ...{ updateRule: 'id = @request.auth.id', deleteRule: 'id = @request.auth.id' },
      },
    ],
  },
  {
    id: 'blog',
    title: 'Blog',
    note: 'Posts with tags and comments.',
    collections: [
      { name: 'tags', fields: [title('name')], listRule: '', viewRule: '' },
      {
        name: 'posts',
        fields: [
          title(),
          field('slug', 'text', { required: true, pattern: '^[a-z0-9-]+$' }),
          field('body', 'editor'),
          choice('status', ['draft', 'published'], { required: true }),
          field('cover', 'file', { maxSelect: 1 }),
          one('author', 'users'),
          field('tags', 'relation', { collectionId: 'tags', maxSelect: 10 }),
          field('publishedAt', 'date'),
          ...DATES,
        ],
        indexes: ['CREATE UNIQUE INDEX `idx_posts_slug` ON `posts` (`slug`)'],
        ...open('author'),
        listRule: `${published} || ${owned('author')}`,
        viewRule: `${published} || ${owned('author')}`,
      },
      {
        name: 'comments',
        fields: [
          one('post', 'posts', { required: true, cascadeDelete: true }),
          one('author', 'users', { required: true }),
          field('text', 'text', { required: true, max: 2000 }),
          ...DATES,
        ],
        ...open('author'),
      },
    ],
  },
  {
    id: 'todo',
    title: 'To-do list',
    note: 'Tasks that only their owner sees.',
    collections: [
      {
        name: 'todos',
        fields: [
          title(),
          field('done', 'bool'),
          field('due', 'date'),
          choice('priority', ['low', 'normal', 'high']),
          one('owner', 'users', { required: true, cascadeDelete: true }),
          ...DATES,
        ],
        indexes: ['CREATE INDEX `idx_todos_owner_done` ON `todos` (`owner`, `done`)'],
        ...own('owner'),
      },
    ],
  },
  {
    id: 'chat',
    title: 'Chat',
    note: 'Rooms and messages, live for their members.',
    collections: [
      {
        name: 'rooms',
        fields: [title('name'), field('members', 'relation', { collectionId: 'users', maxSelect: 500 }), ...DATES],
        listRule: 'members ?= @request.auth.id',
        viewRule: 'members ?= @request.auth.id',
        createRule: SIGNED_IN,
        updateRule: 'members ?= @request.auth.id',
      },
      {
        name: 'messages',
        fields: [
          one('room', 'rooms', { required: true, cascadeDelete: true }),
          one('sender', 'users', { required: true }),
          field('text', 'text', { required: true, max: 4000 }),
          field('attachments', 'file', { maxSelect: 10 }),
          ...DATES,
        ],
        indexes: ['CREATE INDEX `idx_messages_room_created` ON `messages` (`room`, `created`)'],
        listRule: 'room.members ?= @request.auth.id',
        viewRule: 'room.members ?= @request.auth.id',
        createRule: 'sender = @request.auth.id && room.members ?= @request.auth.id',
        updateRule: owned('sender'),
        deleteRule: owned('sender'),
      },
    ],
  },
  {
    id: 'shop',
    title: 'Shop',
    note: 'Products, orders and their lines.',
    collections: [
      {
        name: 'products',
        fields: [
          title('name'),
          field('sku', 'text', { required: true, max: 40 }),
          field('price', 'number', { required: true, min: 0 }),
          field('stock', 'number', { onlyInt: true, min: 0 }),
          field('description', 'editor'),
          field('images', 'file', { maxSelect: 8 }),
          field('active', 'bool'),
          ...DATES,
        ],
        indexes: ['CREATE UNIQUE INDEX `idx_products_sku` ON `products` (`sku`)'],
        listRule: 'active = true',
        viewRule: 'active = true',
      },
      {
        name: 'orders',
        fields: [
          one('customer', 'users', { required: true }),
          choice('status', ['open', 'paid', 'shipped', 'cancelled'], { required: true }),
          field('total', 'number', { min: 0 }),
          field('address', 'json'),
          ...DATES,
        ],
        listRule: owned('customer'),
        viewRule: owned('customer'),
      },
      {
        name: 'order_lines',
        fields: [
          one('order', 'orders', { required: true, cascadeDelete: true }),
          one('product', 'products', { required: true }),
          field('quantity', 'number', { required: true, onlyInt: true, min: 1 }),
          field('price', 'number', { min: 0 }),
        ],
        listRule: 'order.customer = @request.auth.id',
        viewRule: 'order.customer = @request.auth.id',
      },
    ],
  },
  {
    id: 'events',
    title: 'Events',
    note: 'Places, events and who comes.',
    collections: [
      {
        name: 'places',
        fields: [title('name'), field('location', 'geoPoint'), field('website', 'url')],
        listRule: '',
        viewRule: '',
      },
      {
        name: 'events',
        fields: [
          title(),
          one('place', 'places'),
          field('starts', 'date', { required: true }),
          field('ends', 'date'),
          field('capacity', 'number', { onlyInt: true, min: 0 }),
          one('host', 'users'),
          ...DATES,
        ],
        indexes: ['CREATE INDEX `idx_events_starts` ON `events` (`starts`)'],
        ...open('host'),
      },
      {
        name: 'guests',
        fields: [
          one('event', 'events', { required: true, cascadeDelete: true }),
          one('user', 'users', { required: true, cascadeDelete: true }),
          choice('answer', ['yes', 'no', 'maybe'], { required: true }),
          ...DATES,
        ],
        indexes: ['CREATE UNIQUE INDEX `idx_guests_event_user` ON `guests` (`event`, `user`)'],
        ...own('user'),
      },
    ],
  },
];
