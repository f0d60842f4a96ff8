// Short messages that say what happened, with a way back where there is one.
import { notifications } from '@mantine/notifications';
import { createElement } from 'react';
import { ApiError } from '../api';
import { ToastBody } from './toast-body';

export interface ToastAction {
  label: string;
  run: () => void;
}

function show(color: string, message: string, action?: ToastAction): void {
  const id = crypto.randomUUID();
  notifications.show({
    id,
    color,
    withBorder: true,
    autoClose: action ? 10_000 : color === 'red' ? 8_000 : 4_000,
    message: createElement(ToastBody, { message, action, close: () => notifications.hide(id) }),
  });
}

export const toast = {
  /** Something was done: say what, in the past tense. */
  done: (message: string, action?: ToastAction) => show('glacier', message, action),
  /** Something went wrong: what, and what to do next. */
  failed(error: unknown, action?: ToastAction): void {
    show('red', explain(error), action);
  },
};

/** An error as one sentence for people. */
export function explain(error: unknown): string {
  if (error instanceof ApiError) {
    const fields = Object.entries(error.fields).map(([field, message]) => `${field}: ${message}`);
    return [error.message, ...fields].join(' ');
  }
  return error instanceof Error ? error.message : String(error);
}
