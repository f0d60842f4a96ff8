/** Rooms at the left, the chosen one at the right. */

import { useConnection, useLuge, useQuery } from '@luge/sdk/react';
import { useState } from 'react';
import { Room } from './room.tsx';
import type { Schema } from './schema.ts';

const asked = new URLSearchParams(location.search);

/** The whole app. */
export function App() {
  const luge = useLuge<Schema>();
  const [name, setName] = useState(asked.get('name') ?? localStorage.getItem('name') ?? '');
  const [chosen, choose] = useState<string | null>(null);
  const { items: rooms, isLoading } = useQuery(luge.from('rooms').orderBy('name'));
  const room = rooms.find((r) => r.id === chosen) ?? rooms[0];

  if (!name) {
    const enter = (form: FormData) => {
      localStorage.setItem('name', String(form.get('name')));
      setName(String(form.get('name')));
    };
    return (
      <form className="enter" action={enter}>
        <input name="name" placeholder="Your name" maxLength={40} required />
        <button type="submit">Enter</button>
      </form>
    );
  }
  return (
    <main>
      <nav>
        <h1>Rooms</h1>
        {isLoading && <p>Loading…</p>}
        {rooms.map((r) => (
          <button key={r.id} type="button" aria-pressed={r.id === room?.id} onClick={() => choose(r.id)}>
            {r.name}
          </button>
        ))}
        <Connection />
      </nav>
      {room && <Room key={room.id} room={room} name={name} />}
    </main>
  );
}

function Connection() {
  const status = useConnection();
  return (
    <p className="connection" data-status={status}>
      {status === 'open' ? 'connected' : 'connecting…'}
    </p>
  );
}
