// One value for a field of many records.
import { Button, Group, Modal, Select, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { columnFields, kindOf } from '../../fields';
import type { Collection, Field, Json } from '../../fields/model';
import { counted } from './acts';

interface Props {
  collection: Collection;
  size: number;
  /** The name of the field to begin with; '' for none. */
  field: string;
  close: () => void;
  apply: (field: string, value: Json) => void;
}

export default function BulkEdit({ collection, size, field: first, close, apply }: Props) {
  const fields = columnFields(collection).filter((f) => !f.primaryKey && f.type !== 'autodate' && f.type !== 'file');
  const [name, setName] = useState(first);
  const field = fields.find((f) => f.name === name);
  return (
    <Modal opened onClose={close} title={`Edit ${counted(size)}`}>
      <Stack>
        <Select
          label="Field"
          placeholder="Choose a field"
          searchable
          data={fields.map((f) => f.name)}
          value={field ? name : null}
          onChange={(next) => setName(next ?? '')}
          data-autofocus={first === '' || undefined}
        />
        {field && (
          <Value key={field.id} field={field} size={size} close={close} apply={(value) => apply(field.name, value)} />
        )}
      </Stack>
    </Modal>
  );
}

function Value({
  field,
  size,
  close,
  apply,
}: {
  field: Field;
  size: number;
  close: () => void;
  apply: (value: Json) => void;
}) {
  const kind = kindOf(field);
  const [value, setValue] = useState<Json>(kind.empty(field));
  const problem = kind.check?.(value, field);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!problem) apply(value);
      }}
    >
      <kind.Editor field={field} value={value} onChange={setValue} error={problem} />
      <Text size="sm" c="dimmed" my="sm">
        Every one of them gets this value. You can undo it right afterwards.
      </Text>
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={close}>
          Cancel
        </Button>
        <Button type="submit" disabled={problem !== undefined}>
          Change {counted(size)}
        </Button>
      </Group>
    </form>
  );
}
