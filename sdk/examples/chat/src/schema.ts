// Written by `luge types --lang ts` from the collections. Changes are lost: run it again.

import type { RecordBase } from '@luge/sdk';

/** A record of `_superusers`. */
export interface Superusers extends RecordBase {
  created: string;
  email?: string;
  emailVisibility: boolean;
  updated: string;
  verified: boolean;
}

/** What creating a record of `_superusers` takes. */
export interface SuperusersCreate {
  email: string;
  emailVisibility?: boolean;
  id?: string;
  password: string;
  passwordConfirm: string;
  verified?: boolean;
}

/** What updating a record of `_superusers` takes. */
export interface SuperusersUpdate {
  email?: string;
  emailVisibility?: boolean;
  password?: string;
  passwordConfirm?: string;
  oldPassword?: string;
  verified?: boolean;
}

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

/** A record of `users`. */
export interface Users extends RecordBase {
  avatar: string;
  created: string;
  email?: string;
  emailVisibility: boolean;
  name: string;
  updated: string;
  verified: boolean;
}

/** What creating a record of `users` takes. */
export interface UsersCreate {
  avatar?: File | Blob | string | null;
  email: string;
  emailVisibility?: boolean;
  id?: string;
  name?: string;
  password: string;
  passwordConfirm: string;
  verified?: boolean;
}

/** What updating a record of `users` takes. */
export interface UsersUpdate {
  avatar?: File | Blob | string | null;
  email?: string;
  emailVisibility?: boolean;
  name?: string;
  password?: string;
  passwordConfirm?: string;
  oldPassword?: string;
  verified?: boolean;
}

export interface Schema {
  _superusers: {
    record: Superusers;
    create: SuperusersCreate;
    update: SuperusersUpdate;
    relations: object;
  };
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
  users: {
    record: Users;
    create: UsersCreate;
    update: UsersUpdate;
    relations: object;
  };
}
