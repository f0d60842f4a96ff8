// Keeps the session alive while the dashboard is open, and leads to the sign-in when it ends.
import { useNavigate, useRouterState } from '@tanstack/react-router';
import { useEffect, useSyncExternalStore } from 'react';
import { ApiError, auth, session } from '../api';
import { secondsLeft } from '../api/session';
import { queries } from './queries';

/** A token is renewed when less than half a day of it is left. */
const RENEW_BELOW = 12 * 3600;

export function useSessionGuard(): void {
  const current = useSyncExternalStore(session.subscribe, session.get);
  const navigate = useNavigate();
  const href = useRouterState({ select: (state) => state.location.href });

  useEffect(() => {
    const renew = () => {
      if (session.token() && secondsLeft(session.token()) < RENEW_BELOW)
        auth.refresh().catch((error: unknown) => {
          if (error instanceof ApiError && (error.status === 401 || error.status === 403)) session.clear();
        });
    };
    renew();
    const timer = setInterval(renew, 10 * 60_000);
    return () => clearInterval(timer);
  }, []);

  useEffect(() => {
    if (current) return;
    queries.clear();
    void navigate({ to: '/sign-in', search: { to: href, ended: true }, replace: true });
  }, [current, href, navigate]);
}
