// The first run: whoever has the link that the server printed makes the first superuser.
import { Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { ApiError, setup } from '../../api';
import { PageLoading } from '../../app/edges';
import { CodeBlock, ErrorNote, explain, toast } from '../../parts';
import { Gate } from './gate';

/** The token stands behind the #, where no server log ever sees it. */
function tokenOfLink(): string {
  return new URLSearchParams(location.hash.slice(1)).get('token') ?? '';
}

export function Setup() {
  const [token] = useState(tokenOfLink);
  const state = useQuery({ queryKey: ['setup'], queryFn: setup.state });
  if (state.error)
    return (
      <Gate title="Set up Luge">
        <ErrorNote title="The server did not answer" error={state.error} retry={state.refetch} />
      </Gate>
    );
  if (!state.data) return <PageLoading />;
  if (!state.data.open) return <Closed />;
  return token ? <Form token={token} /> : <NoLink />;
}

function Closed() {
  return (
    <Gate title="This server is set up" note="It has a superuser, so the setup link no longer works.">
      <Button component={Link} to="/sign-in">
        Sign in
      </Button>
    </Gate>
  );
}

function NoLink() {
  return (
    <Gate
      title="Open the setup link"
      note="The server printed a link when it started: it proves that you run this server. Open it here, or make the first superuser in a terminal:"
    >
      <CodeBlock label="terminal" code="luge superuser upsert you@example.com YOUR-PASSWORD" />
    </Gate>
  );
}

function Form({ token }: { token: string }) {
  const navigate = useNavigate();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const [fields, setFields] = useState<Record<string, string>>({});
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setProblem('');
    if (again !== password) return setFields({ again: 'The two passwords differ.' });
    setFields({});
    setBusy(true);
    try {
      await setup.finish(token, email.trim(), password);
      toast.done(`Welcome. You are signed in as ${email.trim()}.`);
      await navigate({ to: '/' });
    } catch (error) {
      const wrong = error instanceof ApiError ? error.fields : {};
      setFields(wrong);
      if (Object.keys(wrong).length === 0) setProblem(explain(error));
    } finally {
      setBusy(false);
    }
  };

  return (
    <Gate title="Welcome to Luge" note="Make the first superuser: the account that may do everything on this server.">
      <form onSubmit={submit}>
        <Stack gap="sm">
          <TextInput
            label="Email"
            type="email"
            autoComplete="username"
            required
            withAsterisk={false}
            autoFocus
            value={email}
            error={fields.email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          <PasswordInput
            label="Password"
            description="At least 8 characters; a sentence is easy to keep in mind."
            autoComplete="new-password"
            required
            withAsterisk={false}
            minLength={8}
            value={password}
            error={fields.password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          <PasswordInput
            label="Password again"
            autoComplete="new-password"
            required
            withAsterisk={false}
            value={again}
            error={fields.again}
            onChange={(event) => setAgain(event.currentTarget.value)}
          />
          {problem && (
            <Text size="sm" c="var(--luge-bad)" role="alert">
              {problem}
            </Text>
          )}
          <Button type="submit" fullWidth loading={busy} mt={4}>
            Create the superuser
          </Button>
        </Stack>
      </form>
    </Gate>
  );
}
