/** The schema of the tests' world, as `luge types --lang ts` writes it. */

import type { RecordBase } from '../../src/index.ts';

export interface Users extends RecordBase {
  avatar: string;
  created: string;
  email?: string;
  emailVisibility: boolean;
  name: string;
  updated: string;
  verified: boolean;
}

export interface Posts extends RecordBase {
  author: string;
  created: string;
  data: unknown;
  place: { lat: number; lon: number };
  status: '' | 'draft' | 'live' | 'archived';
  tags: ('rust' | 'web' | 'news')[];
  title: string;
  updated: string;
  views: number;
}

export interface Comments extends RecordBase {
  author: string;
  created: string;
  post: string;
  text: string;
}

export interface Schema {
  users: {
    record: Users;
    create: { id?: string; email: string; password: string; passwordConfirm: string; name?: string; emailVisibility?: boolean };
    update: Partial<{ email: string; name: string; password: string; passwordConfirm: string; oldPassword: string }>;
    relations: { comments_via_author: { to: 'comments'; many: true }; posts_via_author: { to: 'posts'; many: true } };
  };
  posts: {
    record: Posts;
    create: {
      id?: string;
      title: string;
      author?: string;
      data?: unknown;
      status?: Posts['status'];
      tags?: Posts['tags'];
      views?: number;
    };
    update: Partial<{
      author: string;
      data: unknown;
      status: Posts['status'];
      tags: Posts['tags'];
      'tags+': Posts['tags'];
      'tags-': Posts['tags'];
      title: string;
      views: number;
      'views+': number;
      'views-': number;
    }>;
    relations: { author: { to: 'users'; many: false }; comments_via_post: { to: 'comments'; many: true } };
  };
  comments: {
    record: Comments;
    create: { id?: string; author?: string; post: string; text?: string };
    update: Partial<{ author: string; post: string; text: string }>;
    relations: { author: { to: 'users'; many: false }; post: { to: 'posts'; many: false } };
  };
}
