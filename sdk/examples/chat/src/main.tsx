/** The start: one client for the whole app. */

import { createLuge } from '@luge/sdk';
import { LugeProvider } from '@luge/sdk/react';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import type { Schema } from './schema.ts';
import './style.css';

const url = new URLSearchParams(location.search).get('server') ?? import.meta.env?.VITE_LUGE_URL ?? 'http://127.0.0.1:8090';
// A message that was typed while the server was away is sent when it is back.
const luge = createLuge<Schema>(url, { retries: 50, timeout: 120_000 });

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <LugeProvider luge={luge}>
        <App />
      </LugeProvider>
    </StrictMode>,
  );
}
