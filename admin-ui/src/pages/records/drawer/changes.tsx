// What saving would change, field by field.
import { Text } from '@mantine/core';
import type { Difference } from '../diff';
import classes from './changes.module.css';

const SHORT = 160;

export function Changes({ list }: { list: Difference[] }) {
  if (list.length === 0) return null;
  return (
    <section className={classes.list} aria-label="Unsaved changes">
      <Text size="xs" fw={600} c="dimmed" mb={4}>
        {list.length === 1 ? 'One change' : `${list.length} changes`}
      </Text>
      {list.map((difference) => (
        <ChangeLine key={difference.field.id} name={difference.field.name} from={difference.from} to={difference.to} />
      ))}
    </section>
  );
}

export function ChangeLine({ name, from, to }: { name: string; from: string; to: string }) {
  return (
    <div className={classes.line}>
      <span className={classes.name}>{name}</span>
      {from !== '' && <del className={classes.old}>{short(from)}</del>}
      {to === '' ? <span className={classes.empty}>empty</span> : <ins className={classes.new}>{short(to)}</ins>}
    </div>
  );
}

const short = (text: string) => (text.length > SHORT ? `${text.slice(0, SHORT)}…` : text);
