// Written by `luge types --lang ts` from the collections. Changes are lost: run it again.

import type { RecordBase } from '@luge/sdk';

/** A record of `messages`. */
export interface Messages extends RecordBase {
  author: string;
  created: string;
  room: string;
  text: string;
}

/** What creating a record of `messages` takes. */
export interface MessagesCreate {
  author: string;
  id?: string;
  room: string;
  text: string;
}

/** What updating a record of `messages` takes. */
export interface MessagesUpdate {
  author?: string;
  room?: string;
  text?: string;
}

/** A record of `rooms`. */
export interface Rooms extends RecordBase {
  created: string;
  name: string;
}

/** What creating a record of `rooms` takes. */
export interface RoomsCreate {
  id?: string;
  name: string;
}

/** What updating a record of `rooms` takes. */
export interface RoomsUpdate {
  name?: string;
}

export interface Schema {
  messages: {
    record: Messages;
    create: MessagesCreate;
    update: MessagesUpdate;
    relations: {
      room: { to: 'rooms'; many: false };
    };
  };
  rooms: {
    record: Rooms;
    create: RoomsCreate;
    update: RoomsUpdate;
    relations: {
      messages_via_room: { to: 'messages'; many: true };
    };
  };
}
