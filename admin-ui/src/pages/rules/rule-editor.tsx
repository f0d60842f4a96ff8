// One rule: locked, open to everyone, or an expression. Pages and the collection's editor use this.
import { Group, SegmentedControl, Skeleton, Text } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import type { CheckKind, Verdict } from '../../expression/check';
import type { Collection } from '../../fields/model';
import type { Mark } from './code-look';

const CodeEditor = lazy(() => import('./code-editor'));

export interface RuleEditorProps {
  collection: Collection;
  collections: Collection[];
  kind: CheckKind;
  /** For screen readers. */
  label: string;
  /** `null` is locked, `''` is everyone. */
  value: string | null;
  onChange: (value: string | null) => void;
  /** What `''` means; without it an expression is needed. */
  everyone?: string | undefined;
  /** What `null` means. */
  locked: string;
  /** The collection as it is being edited, so that new fields are known. */
  draft?: unknown;
  marks?: Mark[] | undefined;
  /** Hears what the server thinks of the expression. */
  verdict?: (verdict: Verdict) => void;
  error?: string | undefined;
}

type Mode = 'locked' | 'everyone' | 'rule';

export function RuleEditor(props: RuleEditorProps) {
  const { value, onChange, everyone, locked, label, error } = props;
  const [verdict, setVerdict] = useState<Verdict>({ ok: true });
  // An expression that was just emptied is still being written.
  const [writing, setWriting] = useState(false);
  const [kept, setKept] = useState(value ?? '');
  const mode: Mode = value === null ? 'locked' : value === '' && !writing && everyone ? 'everyone' : 'rule';
  const choose = (next: string) => {
    if (value) setKept(value);
    setWriting(next === 'rule');
    if (next === 'locked') onChange(null);
    else onChange(next === 'everyone' ? '' : kept);
  };
  const data = [
    { value: 'locked', label: locked },
    ...(everyone ? [{ value: 'everyone', label: 'Everyone' }] : []),
    { value: 'rule', label: 'By expression' },
  ];
  const wrong = error ?? (verdict.ok ? undefined : verdict.message);
  return (
    <div>
      <Group justify="space-between" gap="xs" mb={6}>
        <SegmentedControl size="xs" aria-label={`${label}: who`} value={mode} onChange={choose} data={data} />
      </Group>
      {mode === 'everyone' && (
        <Text size="sm" c="var(--luge-warn)">
          {everyone}, also without signing in.
        </Text>
      )}
      {mode === 'rule' && (
        <Suspense fallback={<Skeleton height={38} />}>
          <CodeEditor
            {...props}
            text={value ?? ''}
            change={(text) => onChange(text)}
            verdict={(found) => {
              setVerdict(found);
              props.verdict?.(found);
            }}
          />
        </Suspense>
      )}
      {mode === 'rule' && wrong && (
        <Text size="xs" c="var(--luge-bad)" mt={4} role="alert">
          {wrong}
          {verdict.ok || verdict.from === undefined ? '' : ` (at character ${verdict.from + 1})`}
        </Text>
      )}
    </div>
  );
}
