// Signing in: says what is wrong, and waits when the server says how long.
import { Alert, Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useRouter, useSearch } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { ApiError, auth, setup } from '../../api';
import { explain } from '../../parts';
import { Gate } from './gate';
import { useCountdown } from './use-countdown';

export function SignIn() {
  const { to, ended } = useSearch({ from: '/sign-in' });
  const router = useRouter();
  const first = useQuery({ queryKey: ['setup'], queryFn: setup.state });
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const lock = useCountdown();

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem('');
    try {
      await auth.signIn(email.trim(), password);
      await router.navigate({ href: to ?? '/' });
    } catch (error) {
      if (error instanceof ApiError && error.status === 429) lock.start(error.retryAfter ?? 60);
      else setProblem(reason(error));
    } finally {
      setBusy(false);
    }
  };

  return (
    <Gate title="Sign in" note={ended ? 'Your session has ended. Sign in to go on where you were.' : 'For superusers.'}>
      {first.data?.open && (
        <Alert color="glacier" variant="light" title="This server has no superuser yet">
          Open the setup link that the server printed when it started.
        </Alert>
      )}
      <form onSubmit={submit}>
        <Stack gap="sm">
          <TextInput
            label="Email"
            type="email"
            autoComplete="username"
            required
            withAsterisk={false}
            data-autofocus
            autoFocus
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          <PasswordInput
            label="Password"
            autoComplete="current-password"
            required
            withAsterisk={false}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          <div role="alert">
            {problem && (
              <Text size="sm" c="var(--luge-bad)">
                {problem}
              </Text>
            )}
            {lock.left > 0 && (
              <Text size="sm" c="var(--luge-bad)">
                Too many wrong passwords. Sign-in is locked for another {lock.text}.
              </Text>
            )}
          </div>
          <Button type="submit" fullWidth loading={busy} disabled={lock.left > 0}>
            Sign in
          </Button>
        </Stack>
      </form>
    </Gate>
  );
}

function reason(error: unknown): string {
  if (error instanceof ApiError && error.status === 400) return 'The email or the password is wrong.';
  return explain(error);
}
