// What the dashboard must know about a type of field: how a value is shown, read from text, checked and edited.

import type { ComponentType } from 'react';
import type { Field, Json } from './model';

/** How a cell of the grid is edited in its place. */
export type Inline = 'input' | 'toggle' | 'choose' | 'panel' | 'none';

export type Parsed = { ok: true; value: Json } | { ok: false; problem: string };

export interface EditorProps {
  field: Field;
  value: Json;
  onChange: (value: Json) => void;
  error?: string;
  /** Whether the editor takes the focus when it appears. */
  autoFocus?: boolean;
  disabled?: boolean;
  /** Whether its label is shown; a panel over a cell shows none. */
  bare?: boolean;
}

export interface Kind {
  type: string;
  /** The name in plain words. */
  title: string;
  inline: (field: Field) => Inline;
  /** The width of a new column in pixels. */
  width: number;
  align?: 'right';
  /** The value of a new record. */
  empty: (field: Field) => Json;
  /** One line of text, as it is copied and exported. */
  text: (value: Json, field: Field) => string;
  /** A text, as it is pasted or typed, as a value. */
  parse: (text: string, field: Field) => Parsed;
  /** What is wrong with a value, before the server is asked. */
  check?: (value: Json, field: Field) => string | undefined;
  /** A plausible value for documentation. */
  example: (field: Field) => Json;
  Editor: ComponentType<EditorProps>;
}

export const good = (value: Json): Parsed => ({ ok: true, value });
export const bad = (problem: string): Parsed => ({ ok: false, problem });
