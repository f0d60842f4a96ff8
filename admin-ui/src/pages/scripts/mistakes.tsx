import { Alert, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Diagnostic } from '../../api';
import { Place } from '../../parts';

interface Props {
  title: string;
  diagnostics: Diagnostic[];
  children?: ReactNode;
}

/** Mistakes with their places, each of which leads into the editor. */
export function Mistakes({ title, diagnostics, children }: Props) {
  return (
    <Alert color="red" variant="light" icon={<IconAlertTriangle size={18} />} title={title} role="alert">
      {diagnostics.map((one) => (
        <Text key={`${one.file}:${one.line}:${one.column}`} size="sm" style={{ overflowWrap: 'anywhere' }}>
          <Place source={one.line > 0 ? `${one.file}:${one.line}` : one.file} />
          {one.column > 0 && `, column ${one.column}`}: {one.message}
        </Text>
      ))}
      {children && <div style={{ marginTop: 8 }}>{children}</div>}
    </Alert>
  );
}
