import type { ReactNode } from 'react';
import classes from './page.module.css';

/** The room of a page: its margins, and a width that can be read unless it is `wide`. */
export function Page({ children, wide }: { children: ReactNode; wide?: boolean }) {
  return <div className={wide ? classes.wide : classes.page}>{children}</div>;
}
