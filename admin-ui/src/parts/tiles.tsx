import type { CSSProperties, ReactNode } from 'react';
import classes from './tiles.module.css';

interface TileProps {
  label: string;
  value: ReactNode;
  note?: ReactNode;
  tone?: 'bad' | 'good' | undefined;
}

/** One figure with its name. */
export function Tile({ label, value, note, tone }: TileProps) {
  return (
    <div className={classes.tile}>
      <dt>{label}</dt>
      <dd>
        <span className={classes.value} data-tone={tone}>
          {value}
        </span>
        {note && <span className={classes.note}>{note}</span>}
      </dd>
    </div>
  );
}

/** Figures side by side; fewer of them on a narrow screen. */
export function TileRow({ columns, children }: { columns: number; children: ReactNode }) {
  return (
    <dl className={classes.tiles} style={{ '--columns': columns } as CSSProperties}>
      {children}
    </dl>
  );
}
