// Runs a request from here and shows exactly what came back.
import { Alert, Badge, Button, Group, SegmentedControl, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { useState } from 'react';
import { parseJson } from '../../fields/parse';
import { CodeBlock, confirm, Panel } from '../../parts';
import type { Request } from './operations';
import { type Outcome, runRequest, type Who } from './run';

export function Runner({ request }: { request: Request }) {
  const { method } = request;
  const [path, setPath] = useState(() => `${request.path}${queryText(request.query)}`);
  const [body, setBody] = useState(() => (request.body ? JSON.stringify(request.body, null, 2) : ''));
  const [who, setWho] = useState<Who>('superuser');
  const [token, setToken] = useState('');
  const [outcome, setOutcome] = useState<Outcome>();
  const [busy, setBusy] = useState(false);
  const parsed = parseJson(body);
  const send = async () => {
    setBusy(true);
    setOutcome(await runRequest({ method, path, body: request.body ? body : undefined, who, token }));
    setBusy(false);
  };
  const start = () => {
    if (method !== 'DELETE') return void send();
    confirm({
      title: 'Send this request?',
      consequences: ['It deletes a record of this server.'],
      action: 'Send',
      danger: true,
      run: send,
    });
  };
  return (
    <Panel title="Run it" note="The request goes to this server and really does what it says.">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (parsed.ok) start();
        }}
      >
        <Stack gap="sm">
          <TextInput
            label={`${method} address`}
            value={path}
            onChange={(e) => setPath(e.currentTarget.value)}
            styles={{ input: { fontFamily: 'var(--luge-mono)' } }}
          />
          {request.body && (
            <Textarea
              label="Body"
              autosize
              minRows={3}
              maxRows={18}
              spellCheck={false}
              value={body}
              error={parsed.ok ? undefined : parsed.problem}
              onChange={(e) => setBody(e.currentTarget.value)}
              styles={{ input: { fontFamily: 'var(--luge-mono)', fontSize: '0.8125rem' } }}
            />
          )}
          <Group justify="space-between" align="flex-end" gap="sm">
            <Group gap="sm" align="flex-end">
              <SegmentedControl
                size="xs"
                aria-label="As whom"
                value={who}
                onChange={(next) => setWho(next as Who)}
                data={[
                  { value: 'superuser', label: 'As you' },
                  { value: 'guest', label: 'As a guest' },
                  { value: 'token', label: 'With a token' },
                ]}
              />
              {who === 'token' && (
                <TextInput
                  size="xs"
                  aria-label="Token"
                  placeholder="Token"
                  value={token}
                  onChange={(e) => setToken(e.currentTarget.value)}
                />
              )}
            </Group>
            <Button type="submit" loading={busy} disabled={!parsed.ok} leftSection={<IconPlayerPlay size={15} />}>
              Send
            </Button>
          </Group>
          {outcome && <Result outcome={outcome} />}
        </Stack>
      </form>
    </Panel>
  );
}

function Result({ outcome }: { outcome: Outcome }) {
  if (outcome.failed) {
    return (
      <Alert color="red" role="alert" title="No answer">
        {outcome.failed}
      </Alert>
    );
  }
  return (
    <section aria-label="What came back" aria-live="polite">
      <Group gap="xs" mb={6}>
        <Badge color={outcome.status < 400 ? 'green' : 'red'}>{outcome.status}</Badge>
        <Text size="xs" c="dimmed">
          {outcome.milliseconds.toFixed(0)} ms · {outcome.bytes.toLocaleString('en')} bytes
          {outcome.position && ` · position ${outcome.position}`}
        </Text>
      </Group>
      <CodeBlock label="Body" code={outcome.text || '(no content)'} />
    </section>
  );
}

function queryText(query: Record<string, string>): string {
  const text = new URLSearchParams(query).toString();
  return text ? `?${text}` : '';
}
