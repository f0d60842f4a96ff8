import { Group, Input, NumberInput, SegmentedControl } from '@mantine/core';

/** One value, or several up to a number. */
export function Amount({ label, value, change }: { label: string; value: number; change: (value: number) => void }) {
  const several = value > 1;
  return (
    <Input.Wrapper label={label} description="Several: up to this many." labelElement="div">
      <Group gap="xs" mt={4} wrap="nowrap">
        <SegmentedControl
          size="xs"
          aria-label={label}
          data={['One', 'Several']}
          value={several ? 'Several' : 'One'}
          onChange={(next) => change(next === 'One' ? 1 : Math.max(value, 5))}
        />
        {several && (
          <NumberInput
            size="xs"
            aria-label={`${label}: most`}
            min={2}
            max={10_000}
            w={90}
            value={value}
            onChange={(next) => change(Math.max(2, Number(next) || 2))}
          />
        )}
      </Group>
    </Input.Wrapper>
  );
}
