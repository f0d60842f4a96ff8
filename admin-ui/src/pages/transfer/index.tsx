// Collections as JSON: out of this server, and into it with a look at what would change.
import {
  Alert,
  Button,
  Checkbox,
  FileButton,
  Group,
  MultiSelect,
  SegmentedControl,
  Stack,
  Switch,
  Text,
  Textarea,
} from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { type CollectionDraft, collections, preview } from '../../api';
import { useCollections } from '../../api/queries';
import { queries } from '../../app/queries';
import { CodeBlock, ErrorNote, format, Page, PageHeader, Panel, toast } from '../../parts';
import { Told } from '../collection/review';
import { destroys } from '../collection/review-list';

export function Transfer() {
  const { way = 'export' } = useSearch({ from: '/inside/transfer' });
  const navigate = useNavigate({ from: '/transfer' });
  return (
    <Page>
      <PageHeader
        title="Import and export"
        note="Collections with their fields, rules and options, as JSON. Records are not part of it."
        actions={
          <SegmentedControl
            size="xs"
            aria-label="Direction"
            data={[
              { value: 'export', label: 'Export' },
              { value: 'import', label: 'Import' },
            ]}
            value={way}
            onChange={(value) => void navigate({ search: value === 'import' ? { way: 'import' } : {}, replace: true })}
          />
        }
      />
      {way === 'import' ? <Import /> : <Export />}
    </Page>
  );
}

function Export() {
  const all = useCollections();
  const own = all.filter((each) => !each.system);
  const [chosen, setChosen] = useState<string[] | null>(null);
  const names = chosen ?? own.map((each) => each.name);
  const json = JSON.stringify(
    all.filter((each) => names.includes(each.name)).map(({ created: _created, updated: _updated, ...rest }) => rest),
    null,
    2,
  );
  const download = () => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([json], { type: 'application/json' }));
    link.download = 'collections.json';
    link.click();
    URL.revokeObjectURL(link.href);
    toast.done(`${format.plural(names.length, 'collection')} went into collections.json.`);
  };
  return (
    <Stack gap="md">
      <Panel>
        <Stack gap="md">
          <MultiSelect
            label="Collections"
            data={all.map((each) => each.name)}
            value={names}
            onChange={setChosen}
            searchable
            clearable
            maxDropdownHeight={260}
          />
          <Group>
            <Button onClick={download} disabled={names.length === 0}>
              Download
            </Button>
          </Group>
        </Stack>
      </Panel>
      <CodeBlock label="collections.json" code={json} />
    </Stack>
  );
}

/** The collections of a text, or what is wrong with it. */
function read(text: string): { list: CollectionDraft[]; problem: string } {
  if (!text.trim()) return { list: [], problem: '' };
  try {
    const data: unknown = JSON.parse(text);
    const list = Array.isArray(data)
      ? data
      : ((data as { collections?: unknown; items?: unknown }).collections ?? (data as { items?: unknown }).items);
    if (!Array.isArray(list)) return { list: [], problem: 'This is no list of collections: [{ "name": … }, …].' };
    if (list.some((each) => typeof (each as CollectionDraft | null)?.name !== 'string'))
      return { list: [], problem: 'Every collection needs a name.' };
    return { list: list as CollectionDraft[], problem: '' };
  } catch (error) {
    return { list: [], problem: `This is no valid JSON: ${error instanceof Error ? error.message : error}` };
  }
}

function Import() {
  const [text, setText] = useState('');
  const [deleteMissing, setDeleteMissing] = useState(false);
  const [sure, setSure] = useState(false);
  const { list, problem } = read(text);
  const told = useQuery({
    queryKey: ['import-preview', list, deleteMissing],
    queryFn: () => preview({ collections: list, deleteMissing }),
    enabled: list.length > 0,
    staleTime: 0,
    gcTime: 0,
  });
  const loses = told.data?.collections.some(destroys) ?? false;
  const apply = useMutation({
    mutationFn: () => collections.import(list, deleteMissing),
    onSuccess: async () => {
      setText('');
      setSure(false);
      toast.done('The collections were imported.');
      await queries.invalidateQueries();
    },
  });
  return (
    <Stack gap="md">
      <Panel>
        <Stack gap="md">
          <Textarea
            label="Collections as JSON"
            placeholder="Paste them here, or open a file"
            value={text}
            error={problem || undefined}
            onChange={(event) => setText(event.currentTarget.value)}
            autosize
            minRows={5}
            maxRows={16}
            classNames={{ input: 'mono' }}
            spellCheck={false}
          />
          <Group justify="space-between">
            <Switch
              label="Delete collections and fields that are not in it"
              checked={deleteMissing}
              onChange={(event) => setDeleteMissing(event.currentTarget.checked)}
            />
            <FileButton accept=".json,application/json" onChange={async (file) => file && setText(await file.text())}>
              {(props) => (
                <Button variant="default" {...props}>
                  Open a file
                </Button>
              )}
            </FileButton>
          </Group>
        </Stack>
      </Panel>
      {list.length > 0 && (
        <Panel title="What would change">
          <Stack gap="md">
            {told.isPending && <Text size="sm">Asking the server…</Text>}
            {told.error && <ErrorNote title="The server could not tell" error={told.error} retry={told.refetch} />}
            {told.data && <Told known={told.data} />}
            {apply.error && <ErrorNote title="Nothing was changed" error={apply.error} />}
            {loses && (
              <Alert color="red" variant="light">
                <Checkbox
                  label="I know that this deletes data for good"
                  checked={sure}
                  onChange={(event) => setSure(event.currentTarget.checked)}
                />
              </Alert>
            )}
            <Group justify="flex-end">
              <Button
                color={loses ? 'red.8' : undefined}
                onClick={() => apply.mutate()}
                loading={apply.isPending}
                disabled={
                  !told.data ||
                  told.data.error !== null ||
                  (loses && !sure) ||
                  told.data.collections.every((each) => each.action === 'none')
                }
              >
                Import
              </Button>
            </Group>
          </Stack>
        </Panel>
      )}
    </Stack>
  );
}
