// relation: one or several records of another collection, found by what they say.
import { Combobox, Group, Pill, PillsInput, Text, useCombobox } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { EditorProps, Kind } from './kind';
import { Labelled } from './labelled';
import { useLookup } from './lookup';
import { asList, type Collection, isMultiple, type RecordData, recordLabel } from './model';
import { parseIds } from './parse';

function Editor(props: EditorProps) {
  const lookup = useLookup();
  const target = lookup.collection(props.field.collectionId ?? '');
  return (
    <Labelled {...props} note={target ? undefined : 'The collection of this relation is not there.'}>
      {() => target && <Picker {...props} target={target} />}
    </Labelled>
  );
}

function Picker(props: EditorProps & { target: Collection }) {
  const { field, value, onChange, target, disabled, autoFocus } = props;
  const many = isMultiple(field);
  const ids = asList(value);
  const [search, setSearch] = useState('');
  const combobox = useCombobox({ onDropdownClose: () => setSearch('') });
  const found = useFound(target, search, combobox.dropdownOpened);
  const known = useKnown(target, ids);
  const labelOf = (id: string) => {
    const record = known.find((r) => r.id === id) ?? found.records.find((r) => r.id === id);
    return record ? recordLabel(record, target) : id;
  };
  const choose = (id: string) => {
    const next = ids.includes(id) ? ids.filter((i) => i !== id) : [...ids, id];
    onChange(many ? next : id);
    if (!many) combobox.closeDropdown();
    setSearch('');
  };
  const remove = (id: string) => onChange(many ? ids.filter((i) => i !== id) : '');
  return (
    <Combobox store={combobox} onOptionSubmit={choose} withinPortal={!props.bare} middlewares={{ flip: !props.bare }}>
      <Combobox.Target>
        <PillsInput disabled={disabled} error={Boolean(props.error)} onClick={() => combobox.openDropdown()}>
          <Pill.Group>
            {ids.map((id) => (
              <Pill
                key={id}
                withRemoveButton={!disabled}
                onRemove={() => remove(id)}
                title={id}
                removeButtonProps={{ 'aria-label': `Remove ${labelOf(id)}` }}
              >
                {labelOf(id)}
              </Pill>
            ))}
            <Combobox.EventsTarget>
              <PillsInput.Field
                aria-label={`${field.name}: search ${target.name}`}
                data-autofocus={autoFocus || undefined}
                autoFocus={autoFocus}
                placeholder={ids.length === 0 ? `Search ${target.name}` : ''}
                value={search}
                onFocus={() => combobox.openDropdown()}
                onBlur={() => combobox.closeDropdown()}
                onChange={(e) => {
                  setSearch(e.currentTarget.value);
                  combobox.openDropdown();
                  combobox.updateSelectedOptionIndex();
                }}
                onKeyDown={(e) => {
                  const last = ids[ids.length - 1];
                  if (e.key === 'Backspace' && search === '' && last !== undefined) remove(last);
                }}
              />
            </Combobox.EventsTarget>
          </Pill.Group>
        </PillsInput>
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Options mah={260} style={{ overflowY: 'auto' }} aria-label={`Records of ${target.name}`}>
          {found.records.map((record) => (
            <Combobox.Option key={record.id} value={record.id} active={ids.includes(record.id)}>
              <Group gap={8} wrap="nowrap" justify="space-between">
                <Text size="sm" className="truncate" fw={ids.includes(record.id) ? 600 : 400}>
                  {recordLabel(record, target)}
                </Text>
                <Text size="xs" c="dimmed" className="mono">
                  {record.id}
                </Text>
              </Group>
            </Combobox.Option>
          ))}
          {found.records.length === 0 && <Combobox.Empty>{found.note}</Combobox.Empty>}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}

function useFound(target: Collection, search: string, open: boolean): { records: RecordData[]; note: string } {
  const lookup = useLookup();
  const [text] = useDebouncedValue(search, 150);
  const query = useQuery({
    queryKey: ['lookup', target.id, 'search', text],
    queryFn: ({ signal }) => lookup.search(target, text, signal),
    enabled: open,
    placeholderData: (previous) => previous,
    staleTime: 5_000,
  });
  if (query.error) return { records: [], note: query.error.message };
  const none = text === '' ? `No records in ${target.name} yet` : `Nothing in ${target.name} matches`;
  return { records: query.data ?? [], note: query.isPending ? 'Searching…' : none };
}

function useKnown(target: Collection, ids: string[]): RecordData[] {
  const lookup = useLookup();
  const query = useQuery({
    queryKey: ['lookup', target.id, 'ids', [...ids].sort().join()],
    queryFn: ({ signal }) => lookup.byIds(target, ids, signal),
    enabled: ids.length > 0,
    placeholderData: (previous) => previous,
    staleTime: 10_000,
  });
  return query.data ?? [];
}

export const relation: Kind = {
  type: 'relation',
  title: 'Relation',
  inline: () => 'panel',
  width: 200,
  empty: (field) => (isMultiple(field) ? [] : ''),
  text: (value) => asList(value).join(', '),
  parse: parseIds,
  example: (field) => (isMultiple(field) ? ['RECORD_ID'] : 'RECORD_ID'),
  Editor,
};
