import classes from './code-block.module.css';
import { CopyButton } from './copy-button';

/** Code or output to read and to copy. */
export function CodeBlock({ code, label }: { code: string; label?: string }) {
  return (
    <figure className={classes.block}>
      <figcaption className={classes.bar}>
        <span>{label}</span>
        <CopyButton value={code} label={label ? `Copy ${label}` : 'Copy'} />
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls has to be reachable by keyboard */}
      <pre className={classes.code} tabIndex={0}>
        {code}
      </pre>
    </figure>
  );
}
