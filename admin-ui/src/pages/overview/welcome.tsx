import { Group, Text } from '@mantine/core';
import { IconFileImport, IconPlus } from '@tabler/icons-react';
import { useCollections } from '../../api/queries';
import { ButtonLink, CodeBlock, Panel } from '../../parts';

/** The first steps, until there is a collection of one's own. */
export function Welcome() {
  const own = useCollections().filter((each) => !each.system && each.name !== 'users');
  if (own.length > 0) return null;
  return (
    <Panel title="Welcome to Luge" note="Two steps to a running backend.">
      <div className="stack">
        <div>
          <Text fw={560} mb={6}>
            1. Make a collection
          </Text>
          <Group gap="xs">
            <ButtonLink to="/collections/new" leftSection={<IconPlus size={16} />}>
              From a template
            </ButtonLink>
            <ButtonLink to="/collections/from-file" variant="default" leftSection={<IconFileImport size={16} />}>
              From a CSV or JSON file
            </ButtonLink>
          </Group>
        </div>
        <div>
          <Text fw={560} mb={6}>
            2. Use it: each collection has a page with ready-made examples
          </Text>
          <CodeBlock label="curl" code={`curl ${location.origin}/api/collections/users/records`} />
        </div>
      </div>
    </Panel>
  );
}
