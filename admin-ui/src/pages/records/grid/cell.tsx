// What a cell shows. Plain elements only: hundreds of them come and go while one scrolls.
import { IconCheck } from '@tabler/icons-react';
import { memo } from 'react';
import { kindOf } from '../../../fields';
import { localText } from '../../../fields/date';
import { htmlLine } from '../../../fields/html';
import {
  asList,
  type Collection,
  type Field,
  type Json,
  plain,
  type RecordData,
  recordLabel,
} from '../../../fields/model';
import classes from './grid.module.css';

/** No cell shows more than this; the whole text is in the record. */
const LONGEST = 300;

interface Props {
  field: Field;
  record: RecordData;
  target?: Collection | undefined;
}

export const CellContent = memo(function CellContent({ field, record, target }: Props) {
  const value = record[field.name];
  if (value === undefined || value === null || value === '') return null;
  if (field.type === 'bool') return value === true ? <Yes /> : <span className={classes.faint}>–</span>;
  if (field.type === 'select' || field.type === 'file') return <Chips labels={asList(value)} />;
  if (field.type === 'relation') return <Chips labels={relationLabels(field, record, target)} linked />;
  if (field.type === 'date' || field.type === 'autodate') return <When value={plain(value)} />;
  if (field.type === 'editor') return htmlLine(plain(value).slice(0, LONGEST * 4)).slice(0, LONGEST);
  return line(field, value);
});

function line(field: Field, value: Json): string {
  return kindOf(field).text(value, field).slice(0, LONGEST);
}

function Yes() {
  return <IconCheck size={16} className={classes.yes} role="img" aria-label="true" />;
}

function When({ value }: { value: string }) {
  return <time title={`${value} (UTC)`}>{localText(value)}</time>;
}

function Chips({ labels, linked }: { labels: string[]; linked?: boolean }) {
  return labels.slice(0, 8).map((label, i) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: two records can have the same label.
    <span key={i} className={linked ? classes.link : classes.chip}>
      {label}
    </span>
  ));
}

/** Labels of the related records as far as they were sent along, ids of the others. */
export function relationLabels(field: Field, record: RecordData, target: Collection | undefined): string[] {
  const expanded = record.expand?.[field.name];
  const list = (Array.isArray(expanded) ? expanded : expanded ? [expanded] : []) as RecordData[];
  return asList(record[field.name]).map((id) => {
    const found = list.find((r) => r.id === id);
    return found ? recordLabel(found, target) : id;
  });
}
