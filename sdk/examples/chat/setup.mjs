// Makes the chat's collections: node setup.mjs http://127.0.0.1:8090 EMAIL PASSWORD (of a superuser)

const [url = 'http://127.0.0.1:8090', identity, password] = process.argv.slice(2);

async function call(path, body, token = '', method = 'POST') {
  const headers = { 'content-type': 'application/json', authorization: token };
  const answer = await fetch(`${url}${path}`, { method, headers, body: JSON.stringify(body) });
  const said = await answer.json();
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${JSON.stringify(said)}`);
  return said;
}

const { token } = await call('/api/collections/_superusers/auth-with-password', { identity, password });
const created = { name: 'created', type: 'autodate', onCreate: true };
const rooms = await call(
  '/api/collections',
  {
    name: 'rooms',
    listRule: '',
    viewRule: '',
    createRule: '',
    fields: [{ name: 'name', type: 'text', required: true, max: 40 }, created],
  },
  token,
);
await call(
  '/api/collections',
  {
    name: 'messages',
    listRule: '',
    viewRule: '',
    createRule: '',
    fields: [
      { name: 'room', type: 'relation', collectionId: rooms.id, required: true, cascadeDelete: true },
      { name: 'author', type: 'text', required: true, max: 40 },
      { name: 'text', type: 'text', required: true, max: 2000 },
      created,
    ],
    indexes: ['CREATE INDEX messages_room ON messages (room, created)'],
  },
  token,
);
// Everybody may be seen in a room.
const channels = [{ pattern: 'room:*', joinRule: '', broadcastRule: '' }];
await call('/api/settings', { realtime: { channels } }, token, 'PATCH');
for (const name of ['lobby', 'support']) await call('/api/collections/rooms/records', { name });
console.log('The collections `rooms` and `messages` are there, and two rooms.');
