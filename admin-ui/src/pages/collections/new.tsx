// A new collection from a template: choose, see its fields, name it.
import { Badge, Button, Group, SimpleGrid, Stack, Text, TextInput, UnstyledButton } from '@mantine/core';
import { IconFileImport } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useCollections } from '../../api/queries';
import { ErrorNote, fieldKind, format, Page, PageHeader, Panel, toast } from '../../parts';
import { createAll, freeNames } from './create';
import classes from './new.module.css';
import { TEMPLATES, type Template } from './templates';

export function NewCollection() {
  const { template: id } = useSearch({ from: '/inside/collections/new' });
  const navigate = useNavigate({ from: '/collections/new' });
  const chosen = TEMPLATES.find((each) => each.id === id) ?? TEMPLATES[0];
  return (
    <Page>
      <PageHeader
        title="New collection"
        note="Begin with a template; everything can be changed afterwards."
        actions={
          <Button
            component={Link}
            to="/collections/from-file"
            variant="default"
            leftSection={<IconFileImport size={16} />}
          >
            From a CSV or JSON file
          </Button>
        }
      />
      <div className={classes.columns}>
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm" role="radiogroup" aria-label="Template">
          {TEMPLATES.map((template) => (
            <UnstyledButton
              key={template.id}
              role="radio"
              aria-checked={template === chosen}
              className={classes.card}
              onClick={() => void navigate({ search: { template: template.id }, replace: true })}
            >
              <Text fw={600}>{template.title}</Text>
              <Text size="sm" c="dimmed">
                {template.note}
              </Text>
              <Text size="xs" c="dimmed" mt={6} className="mono truncate">
                {template.collections.map((each) => each.name).join(' · ')}
              </Text>
            </UnstyledButton>
          ))}
        </SimpleGrid>
        {chosen && <Form key={chosen.id} template={chosen} />}
      </div>
    </Page>
  );
}

function Form({ template }: { template: Template }) {
  const taken = useCollections();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const many = template.collections.length > 1;
  const [name, setName] = useState(() =>
    many ? '' : (freeNames(template, taken).get(template.collections[0]?.name ?? '') ?? ''),
  );
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const names = freeNames(template, taken, many ? undefined : name);
  const clash = !many && names.get(template.collections[0]?.name ?? '') !== name;
  const invalid = many
    ? ''
    : !/^\w+$/.test(name)
      ? 'Letters, digits and _ only.'
      : clash
        ? 'There is a collection with this name.'
        : '';

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (invalid) return;
    setBusy(true);
    setError(null);
    try {
      const made = await createAll(template, names, taken);
      await queries.invalidateQueries({ queryKey: ['collections'] });
      toast.done(`Created ${made.map((each) => each.name).join(', ')}.`);
      const main = made.find((each) => each.name === names.get('posts')) ?? made[0];
      if (main)
        await navigate({ to: many ? '/c/$collection' : '/c/$collection/fields', params: { collection: main.name } });
    } catch (failure) {
      setError(failure);
      await queries.invalidateQueries({ queryKey: ['collections'] });
    } finally {
      setBusy(false);
    }
  };

  return (
    <form onSubmit={submit} className={classes.side}>
      <Panel title={template.title} note={template.note}>
        <Stack gap="md">
          {!many && (
            <TextInput
              label="Name"
              description="Part of the address of its API."
              value={name}
              error={name && invalid}
              onChange={(event) => setName(event.currentTarget.value.trim())}
              autoComplete="off"
            />
          )}
          {template.collections.map((sketch) => (
            <div key={sketch.name}>
              <Group gap={8} mb={4}>
                <Text fw={600} size="sm">
                  {names.get(sketch.name)}
                </Text>
                {sketch.type === 'auth' && <Badge color="gray">auth</Badge>}
                <Text size="xs" c="dimmed">
                  {format.plural(sketch.fields.length, 'field')}
                </Text>
              </Group>
              <ul className={classes.fields}>
                {sketch.fields.map((field) => {
                  const { icon: Icon, label } = fieldKind(field.type);
                  return (
                    <li key={field.name} title={label}>
                      <Icon size={14} aria-hidden />
                      {field.name}
                    </li>
                  );
                })}
              </ul>
            </div>
          ))}
          {error !== null && <ErrorNote title="It could not be created" error={error} />}
          <Button type="submit" loading={busy} disabled={invalid !== ''}>
            {many ? `Create ${template.collections.length} collections` : 'Create the collection'}
          </Button>
        </Stack>
      </Panel>
    </form>
  );
}
