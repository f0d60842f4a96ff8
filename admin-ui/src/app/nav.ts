// The navigation as a table: a new page is a row here and a route in router.tsx.
import {
  IconActivity,
  IconBroadcast,
  IconClockPlay,
  IconCode,
  IconFileImport,
  IconGauge,
  IconPuzzle,
  IconSettings,
  IconShieldLock,
  IconTable,
  type TablerIcon,
} from '@tabler/icons-react';

export interface NavItem {
  to: string;
  label: string;
  icon: TablerIcon;
  /** More words by which the command palette finds it. */
  words: string;
  /** Only the exact address marks it as the current one. */
  exact?: boolean;
}

export const NAV: NavItem[] = [
  { to: '/', label: 'Overview', icon: IconGauge, words: 'home health metrics latency errors disk', exact: true },
  { to: '/collections', label: 'Collections', icon: IconTable, words: 'tables schema diagram', exact: true },
  { to: '/requests', label: 'Requests', icon: IconActivity, words: 'logs tail slow errors' },
  { to: '/realtime', label: 'Realtime', icon: IconBroadcast, words: 'connections subscriptions websocket' },
  { to: '/scripts', label: 'Scripts', icon: IconCode, words: 'hooks rhai code editor log' },
  { to: '/jobs', label: 'Jobs', icon: IconClockPlay, words: 'cron schedules queue dead letters retries' },
  { to: '/plugins', label: 'Plugins', icon: IconPuzzle, words: 'extensions permissions stripe webhooks' },
  { to: '/c/_superusers', label: 'Superusers', icon: IconShieldLock, words: 'admins accounts' },
  { to: '/transfer', label: 'Import and export', icon: IconFileImport, words: 'collections json backup' },
  { to: '/settings', label: 'Settings', icon: IconSettings, words: 'configuration limits mail' },
];
