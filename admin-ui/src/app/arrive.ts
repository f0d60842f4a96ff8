// What happens when a page's module does not arrive: the server is away, or was replaced by one with other modules.
import { reportLost, whenRestored } from '../live/connection';

const KEY = 'luge.reloaded';

/** A module that is still missing this soon after a reload, in milliseconds, is not helped by another one. */
const SOON = 10_000;

/** Loads a module. Where it cannot be had, the banner says so, and the page is loaded anew as soon as the server answers. */
export async function arrive<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    if (wasReloaded()) throw error;
    // A browser keeps what failed to load, so asking again for the same module would not do.
    const stop = whenRestored(() => {
      stop();
      sessionStorage.setItem(KEY, String(Date.now()));
      location.reload();
    });
    reportLost();
    return new Promise(() => {});
  }
}

/** Whether this page was loaded anew a moment ago because a module was missing. */
export function wasReloaded(): boolean {
  const at = Number(sessionStorage.getItem(KEY) ?? 0);
  return Date.now() - at < SOON;
}
