// The values of a record in a form: nothing is sent before one saves, and what would change is shown first.
import { ActionIcon, Alert, Button, Group, Menu, Stack, TextInput } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconDots } from '@tabler/icons-react';
import { type FormEvent, useEffect, useMemo, useState } from 'react';
import { ApiError } from '../../../api';
import { isSecret, kindOf } from '../../../fields';
import { type Collection, type Field, type Json, type RecordData, sameValue } from '../../../fields/model';
import { toast } from '../../../parts';
import { type Acts, before } from '../acts';
import type { Address } from '../address';
import * as data from '../data';
import { changesOf, differences } from '../diff';
import type { Rows } from '../grid/rows';
import { Changes } from './changes';

interface Props {
  collection: Collection;
  rows: Rows;
  acts: Acts;
  address: (next: Address, replace?: boolean) => void;
  stored: RecordData | undefined;
  start: RecordData;
  onDirty: (dirty: boolean) => void;
  close: () => void;
  duplicate: (record: RecordData) => void;
  reload: () => void;
}

export function Form(props: Props) {
  const { collection, stored, acts, rows, address, onDirty } = props;
  const [base, setBase] = useState(stored ?? props.start);
  const [edited, setEdited] = useState<RecordData>(base);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);
  const readOnly = collection.type === 'view';
  const patch = useMemo(
    () => changesOf(collection, stored ? base : undefined, edited),
    [collection, stored, base, edited],
  );
  const changes = differences(collection, stored ? base : undefined, patch);
  const dirty = Object.keys(patch).length > 0;
  // Others may change the record while it is open: what one has not touched follows, the rest is kept.
  const moved = stored !== undefined && stored !== base;
  useEffect(() => onDirty(dirty), [dirty, onDirty]);
  useEffect(() => {
    if (!stored || stored === base) return;
    setEdited((old) => follow(collection, base, stored, old));
    setBase(stored);
  }, [collection, stored, base]);

  const set = (field: Field, value: Json) => {
    setEdited((old) => ({ ...old, [field.name]: value }));
    setErrors(({ [field.name]: _, ...rest }) => rest);
  };
  const save = async () => {
    if (busy || readOnly || (stored && !dirty)) return;
    const wrong = problemsOf(collection, edited);
    setErrors(wrong);
    if (Object.keys(wrong).length > 0) return;
    setBusy(true);
    try {
      const record = stored ? await update(collection, stored, patch) : await create(collection, edited, patch);
      rows.put(record);
      await rows.refresh();
      if (stored)
        acts.did({
          did: 'Saved the record',
          back: async () => void (await data.update(collection, stored.id, before(stored, visible(collection, patch)))),
        });
      else acts.did({ did: 'Created a record', back: () => data.remove(collection, record.id).then(() => undefined) });
      setEdited(record);
      setBase(record);
      onDirty(false);
      address({ record: stored ? record.id : '', part: '' }, true);
      if (stored) props.reload();
    } catch (error) {
      const fields = error instanceof ApiError ? error.fields : {};
      setErrors({ ...fields, ...(fields.passwordConfirm ? { password: fields.passwordConfirm } : {}) });
      if (Object.keys(fields).length === 0) toast.failed(error);
    } finally {
      setBusy(false);
    }
  };
  useHotkeys([['mod+S', () => void save()]], []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void save();
  };
  const others = Object.entries(errors).filter(([name]) => !collection.fields.some((f) => f.name === name));
  return (
    <form onSubmit={submit} noValidate aria-label="Values">
      <Stack gap="md">
        {moved && <Alert color="yellow">This record was just changed elsewhere.</Alert>}
        {others.map(([name, message]) => (
          <Alert key={name} color="red" role="alert">
            {name}: {message}
          </Alert>
        ))}
        {collection.fields.map((field) => (
          <FieldEditor
            key={field.id}
            field={field}
            stored={stored}
            value={edited[field.name]}
            error={errors[field.name]}
            set={set}
            readOnly={readOnly}
          />
        ))}
      </Stack>
      <div
        style={{
          position: 'sticky',
          bottom: 0,
          zIndex: 2,
          marginTop: 16,
          padding: '12px 0 16px',
          background: 'var(--mantine-color-body)',
          borderTop: '1px solid var(--luge-line)',
        }}
      >
        {stored && <Changes list={changes} />}
        <Group justify="space-between" gap="xs">
          {stored ? <More {...props} stored={stored} readOnly={readOnly} /> : <span />}
          <Group gap="xs">
            <Button variant="default" onClick={props.close}>
              {dirty ? 'Cancel' : 'Close'}
            </Button>
            {!readOnly && (
              <Button type="submit" loading={busy} disabled={stored !== undefined && !dirty} title="Save (Mod+S)">
                {stored ? 'Save' : 'Create'}
              </Button>
            )}
          </Group>
        </Group>
      </div>
    </form>
  );
}

interface FieldProps {
  field: Field;
  stored: RecordData | undefined;
  value: Json | undefined;
  error: string | undefined;
  set: (field: Field, value: Json) => void;
  readOnly: boolean;
}

function FieldEditor({ field, stored, value, error, set, readOnly }: FieldProps) {
  const kind = kindOf(field);
  if (field.name === 'tokenKey' && field.system) return null;
  if (!stored && field.type === 'autodate') return null;
  if (field.primaryKey && stored) {
    return (
      <TextInput
        label="id"
        readOnly
        variant="filled"
        value={stored.id}
        styles={{ input: { fontFamily: 'var(--luge-mono)' } }}
      />
    );
  }
  const shown = value ?? (isSecret(field) ? '' : kind.empty(field));
  return (
    <kind.Editor
      field={stored && field.type === 'password' ? { ...field, required: false } : field}
      value={shown}
      onChange={(next) => set(field, next)}
      error={error ?? kind.check?.(shown, field)}
      disabled={readOnly}
    />
  );
}

function More({
  collection,
  stored,
  acts,
  address,
  duplicate,
  readOnly,
}: Props & { stored: RecordData; readOnly: boolean }) {
  const copy = async () => {
    await navigator.clipboard.writeText(JSON.stringify(stored, null, 2));
    toast.done('Copied the record as JSON.');
  };
  const remove = async () => {
    address({ record: '', part: '' }, true);
    await acts.remove([stored]);
  };
  return (
    <Menu position="top-start" withinPortal={false} width={190}>
      <Menu.Target>
        <ActionIcon size={34} variant="default" aria-label="More">
          <IconDots size={17} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => void copy()}>Copy as JSON</Menu.Item>
        <Menu.Item
          onClick={() => void navigator.clipboard.writeText(stored.id).then(() => toast.done('Copied the id.'))}
        >
          Copy the id
        </Menu.Item>
        {!readOnly && <Menu.Item onClick={() => duplicate(stored)}>Duplicate</Menu.Item>}
        {!readOnly && (
          <Menu.Item color="red" onClick={() => void remove()} title={`Delete this record of ${collection.name}`}>
            Delete
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

function follow(collection: Collection, base: RecordData, next: RecordData, edited: RecordData): RecordData {
  const result: RecordData = { ...next };
  for (const { name } of collection.fields) {
    const touched = !sameValue(base[name], edited[name]);
    if (touched && edited[name] !== undefined) result[name] = edited[name];
  }
  return result;
}

function problemsOf(collection: Collection, record: RecordData): Record<string, string> {
  const found: Record<string, string> = {};
  for (const field of collection.fields) {
    const value = record[field.name];
    const wrong = value === undefined ? undefined : kindOf(field).check?.(value, field);
    if (wrong) found[field.name] = wrong;
  }
  return found;
}

const visible = (collection: Collection, patch: Record<string, Json>) =>
  Object.keys(patch).filter((name) => collection.fields.some((f) => f.name === name && !isSecret(f)));

function update(collection: Collection, stored: RecordData, patch: Record<string, Json>) {
  return data.update(collection, stored.id, withConfirm(patch));
}

function create(collection: Collection, edited: RecordData, patch: Record<string, Json>) {
  const id: Record<string, Json> = edited.id ? { id: edited.id } : {};
  return data.create(collection, withConfirm({ ...patch, ...id }));
}

/** The server asks for a password twice, as people are asked; here it is typed once, and can be looked at. */
function withConfirm(patch: Record<string, Json>): Record<string, Json> {
  return patch.password === undefined ? patch : { ...patch, passwordConfirm: patch.password };
}
