import { Button, SimpleGrid, Text } from '@mantine/core';
import { IconCode } from '@tabler/icons-react';
import { CodeBlock, EmptyState, Panel } from '../../parts';
import { EXAMPLES } from './examples';

/** Stands where there is no script yet: what they are for, and three to begin with. */
export function Nothing({ create }: { create: (file: string, text?: string) => void }) {
  return (
    <div className="stack">
      <Panel>
        <EmptyState
          icon={<IconCode size={36} stroke={1.4} />}
          title="No script yet"
          actions={
            <Button variant="default" onClick={() => create('')}>
              Empty script
            </Button>
          }
        >
          Scripts change or refuse what is written, react to it, answer requests of their own and run on a schedule.
          They are loaded as soon as they are saved.
        </EmptyState>
      </Panel>
      <SimpleGrid cols={{ base: 1, lg: 3 }} spacing="md">
        {EXAMPLES.map((example) => (
          <Panel
            key={example.file}
            title={example.title}
            actions={
              <Button
                size="compact-sm"
                variant="light"
                aria-label={`Use the example ${example.file}`}
                onClick={() => create(example.file, example.text)}
              >
                Use
              </Button>
            }
          >
            <Text size="sm" c="dimmed" mb="xs">
              {example.note}
            </Text>
            <CodeBlock code={example.text} label={example.file} />
          </Panel>
        ))}
      </SimpleGrid>
    </div>
  );
}
