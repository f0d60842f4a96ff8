// How answers are cached, tried again and refreshed when the server is back.
import { QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiError } from '../api';
import { reportLost, whenRestored } from '../live/connection';

export const queries = new QueryClient({
  queryCache: new QueryCache({
    onError: (error) => {
      if (error instanceof ApiError && error.offline) reportLost();
    },
  }),
  defaultOptions: {
    queries: {
      // A refusal does not change by asking again; a lost connection is watched elsewhere.
      retry: false,
      staleTime: 2_000,
      refetchOnWindowFocus: true,
      networkMode: 'always',
    },
    mutations: {
      networkMode: 'always',
      onError: (error) => {
        if (error instanceof ApiError && error.offline) reportLost();
      },
    },
  },
});

whenRestored(() => void queries.invalidateQueries());
