// The options of one field, drawn from the table in field-options.ts.
import { NumberInput, Select, Switch, TagsInput, Text, TextInput } from '@mantine/core';
import type { Field } from '../../api';
import { useCollections } from '../../api/queries';
import { Amount } from './amount';
import type { EditedField } from './draft';
import classes from './field-list.module.css';
import { OPTIONS, type Option, requiredHelp } from './field-options';

interface Props {
  field: EditedField;
  isNew: boolean;
  set: (part: Partial<EditedField>) => void;
  problem: string | undefined;
}

export function FieldSettings({ field, isNew, set, problem }: Props) {
  const options = OPTIONS[field.type] ?? [];
  const inputs = options.filter((option) => option.kind !== 'switch');
  const switches = options.filter((option) => option.kind === 'switch');
  const locked = field.system === true;
  return (
    <div className={classes.options}>
      {problem && (
        <Text size="sm" c="var(--luge-bad)" mb="xs" role="alert">
          {problem}
        </Text>
      )}
      <div className={classes.grid}>
        {inputs.map((option) => (
          <Input key={option.key} option={option} field={field} set={set} isNew={isNew} />
        ))}
        <TextInput
          label="Help"
          description="Shown below the field when a record is edited."
          value={field.help ?? ''}
          maxLength={300}
          onChange={(event) => set({ help: event.currentTarget.value })}
        />
      </div>
      <div className={classes.switches}>
        {field.type !== 'autodate' && (
          <Toggle
            label="Required"
            help={requiredHelp(field.type)}
            checked={field.required === true}
            disabled={locked && field.name !== 'email'}
            set={(required) => set({ required })}
          />
        )}
        {switches.map((option) => (
          <Toggle
            key={option.key}
            label={option.label}
            help={option.help}
            checked={field[option.key] === true}
            disabled={locked}
            set={(value) => set({ [option.key]: value })}
          />
        ))}
        <Toggle
          label="Presentable"
          help="Names the record where others point to it"
          checked={field.presentable === true}
          set={(presentable) => set({ presentable })}
        />
        <Toggle
          label="Hidden"
          help="Only superusers read and write it"
          checked={field.hidden === true}
          disabled={locked}
          set={(hidden) => set({ hidden })}
        />
      </div>
    </div>
  );
}

interface ToggleProps {
  label: string;
  help?: string | undefined;
  checked: boolean;
  disabled?: boolean;
  set: (value: boolean) => void;
}

function Toggle({ label, help, checked, disabled, set }: ToggleProps) {
  return (
    <Switch
      size="xs"
      label={label}
      description={help}
      checked={checked}
      disabled={disabled}
      onChange={(event) => set(event.currentTarget.checked)}
    />
  );
}

interface InputProps {
  option: Option;
  field: EditedField;
  set: (part: Partial<EditedField>) => void;
  isNew: boolean;
}

function Input({ option, field, set, isNew }: InputProps) {
  const { key, label, help, placeholder } = option;
  const value = field[key as keyof Field];
  const common = { label, description: help, placeholder };
  const put = (next: unknown) => set({ [key]: next });
  switch (option.kind) {
    case 'number':
      return (
        <NumberInput
          {...common}
          value={shownNumber(value, field)}
          onChange={(next) => put(next === '' ? emptyNumber(field) : Number(next))}
        />
      );
    case 'size':
      return (
        <NumberInput
          {...common}
          min={0}
          suffix=" KB"
          value={value ? Math.round(Number(value) / 1024) : ''}
          onChange={(next) => put(next === '' ? 0 : Number(next) * 1024)}
        />
      );
    case 'text':
      return (
        <TextInput
          {...common}
          classNames={{ input: 'mono' }}
          value={String(value ?? '')}
          onChange={(event) => put(event.currentTarget.value)}
          spellCheck={false}
        />
      );
    case 'date':
      return (
        <TextInput
          {...common}
          type="datetime-local"
          value={String(value ?? '')
            .slice(0, 16)
            .replace(' ', 'T')}
          onChange={(event) =>
            put(event.currentTarget.value ? `${event.currentTarget.value.replace('T', ' ')}:00.000Z` : '')
          }
        />
      );
    case 'list':
    case 'values':
      return (
        <TagsInput
          {...common}
          value={(value as string[] | null) ?? []}
          onChange={put}
          splitChars={[',', '\n']}
          clearable
        />
      );
    case 'collection':
      return <Target {...common} value={String(value ?? '')} put={put} disabled={!isNew} />;
    case 'multiple':
      return <Amount label={label} value={Number(value ?? 1)} change={(maxSelect) => set({ maxSelect })} />;
    default:
      return null;
  }
}

/** Of texts and passwords 0 means "no limit of its own", of numbers null does. */
function shownNumber(value: unknown, field: EditedField): number | '' {
  if (value === null || value === undefined || (value === 0 && field.type !== 'number')) return '';
  return Number(value);
}

function emptyNumber(field: EditedField): number | null {
  return field.type === 'number' ? null : 0;
}

interface TargetProps {
  label: string;
  description: string | undefined;
  value: string;
  put: (id: unknown) => void;
  disabled: boolean;
}

function Target({ label, description, value, put, disabled }: TargetProps) {
  const collections = useCollections();
  return (
    <Select
      label={label}
      description={description}
      searchable
      disabled={disabled}
      data={collections.filter((each) => each.type !== 'view').map((each) => ({ value: each.id, label: each.name }))}
      value={value || null}
      onChange={put}
    />
  );
}
