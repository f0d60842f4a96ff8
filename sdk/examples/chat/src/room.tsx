/** One room: its messages, who is there, and a line to write. */

import { eq } from '@luge/sdk';
import { useLuge, useMutation, usePresence, useQuery } from '@luge/sdk/react';
import { useEffect, useRef } from 'react';
import type { Rooms, Schema } from './schema.ts';

/** One room. */
export function Room({ room, name }: { room: Rooms; name: string }) {
  const luge = useLuge<Schema>();
  const newest = luge
    .from('messages')
    .where((m) => eq(m.room, room.id))
    .orderBy('-created')
    .limit(100);
  const { items, pending, isLoading } = useQuery(newest);
  const { members } = usePresence(`room:${room.id}`, { name });
  const send = useMutation((text: string) => luge.mutate((tx) => tx.create('messages', { room: room.id, author: name, text })));
  const end = useRef<HTMLLIElement>(null);
  const count = items.length;

  useEffect(() => {
    if (count) end.current?.scrollIntoView();
  }, [count]);

  const submit = (form: FormData) => {
    const text = String(form.get('text')).trim();
    // What went wrong is shown below the line.
    if (text) send.mutate(text).catch(() => {});
  };
  return (
    <section>
      <header>
        <h2>{room.name}</h2>
        <p className="members">{[...new Set([...members.values()].map((member) => member.name))].sort().join(', ')}</p>
      </header>
      <ol className="messages" data-loading={isLoading}>
        {items.toReversed().map((message) => (
          <li key={message.id} data-pending={pending.has(message.id)}>
            <b>{message.author}</b> <span>{message.text}</span>
          </li>
        ))}
        <li ref={end} className="end" aria-hidden="true" />
      </ol>
      <form action={submit}>
        <input name="text" placeholder={`Message to ${room.name}`} maxLength={2000} autoComplete="off" />
        <button type="submit">Send</button>
      </form>
      {send.error && <p role="alert">Not sent: {send.error.field('text')?.message ?? send.error.message}</p>}
    </section>
  );
}
