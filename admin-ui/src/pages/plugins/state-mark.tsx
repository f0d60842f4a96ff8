import type { Plugin } from '../../api';
import classes from './plugins.module.css';
import { stateOf } from './state';

/** How a plugin stands, as a dot and a word. */
export function StateMark({ plugin }: { plugin: Plugin }) {
  const { label, tone } = stateOf(plugin);
  return (
    <span className={classes.state} data-tone={tone}>
      {label}
    </span>
  );
}
