// Every route of the dashboard. Each page is a module of its own, loaded when it is first opened.
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { session } from '../api';
import { collectionsQuery } from '../api/queries';
import { arrive } from './arrive';
import { NotFound, PageError, PageLoading } from './edges';
import { Layout } from './layout';
import { queries } from './queries';

const root = createRootRoute({ notFoundComponent: NotFound });

const page: typeof lazyRouteComponent = (load, name) => lazyRouteComponent(() => arrive(load), name);

/** The search parameters of these names, as texts. */
function texts<K extends string>(search: Record<string, unknown>, names: K[]): Partial<Record<K, string>> {
  const found: Partial<Record<K, string>> = {};
  for (const name of names) if (search[name] !== undefined) found[name] = String(search[name]);
  return found;
}

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>): { to?: string; ended?: boolean } => ({
    ...(typeof search.to === 'string' && search.to.startsWith('/') && { to: search.to }),
    ...(search.ended === true && { ended: true }),
  }),
  component: page(() => import('../pages/account/sign-in'), 'SignIn'),
});

const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  component: page(() => import('../pages/account/setup'), 'Setup'),
});

/** Everything that needs a superuser, inside the layout. */
const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  beforeLoad: ({ location }) => {
    if (!session.token()) throw redirect({ to: '/sign-in', search: { to: location.href } });
  },
  loader: async ({ location }) => {
    try {
      return await queries.ensureQueryData(collectionsQuery);
    } catch (error) {
      // The server did not accept the token any more.
      if (!session.token()) throw redirect({ to: '/sign-in', search: { to: location.href, ended: true } });
      throw error;
    }
  },
  component: Layout,
});

const overview = createRoute({
  getParentRoute: () => inside,
  path: '/',
  validateSearch: (search: Record<string, unknown>): { minutes?: number } =>
    [15, 360, 1440].includes(Number(search.minutes)) ? { minutes: Number(search.minutes) } : {},
  component: page(() => import('../pages/overview'), 'Overview'),
});

const collections = createRoute({
  getParentRoute: () => inside,
  path: '/collections',
  validateSearch: (search: Record<string, unknown>): { q?: string; type?: string; system?: boolean } => ({
    ...(search.q !== undefined && { q: String(search.q) }),
    ...(typeof search.type === 'string' && { type: search.type }),
    ...(search.system === true && { system: true }),
  }),
  component: page(() => import('../pages/collections'), 'Collections'),
});

const newCollection = createRoute({
  getParentRoute: () => inside,
  path: '/collections/new',
  validateSearch: (search: Record<string, unknown>): { template?: string } =>
    typeof search.template === 'string' ? { template: search.template } : {},
  component: page(() => import('../pages/collections/new'), 'NewCollection'),
});

const fromFile = createRoute({
  getParentRoute: () => inside,
  path: '/collections/from-file',
  component: page(() => import('../pages/collections/from-file'), 'FromFile'),
});

const diagram = createRoute({
  getParentRoute: () => inside,
  path: '/collections/diagram',
  validateSearch: (search: Record<string, unknown>): { system?: boolean } =>
    search.system === true ? { system: true } : {},
  component: page(() => import('../pages/collections/diagram'), 'Diagram'),
});

/** One collection: the tabs stand around the page of each. */
const collection = createRoute({
  getParentRoute: () => inside,
  path: '/c/$collection',
  component: page(() => import('../pages/collection'), 'CollectionFrame'),
});

const records = createRoute({
  getParentRoute: () => collection,
  path: '/',
  // The page reads and writes its own search parameters (filter, sort, record, …): a link shows the same state.
  validateSearch: (search: Record<string, unknown>) => search,
  component: page(() => import('../pages/records'), 'Records'),
});

const fields = createRoute({
  getParentRoute: () => collection,
  path: '/fields',
  component: page(() => import('../pages/collection/fields'), 'Fields'),
});

const rules = createRoute({
  getParentRoute: () => collection,
  path: '/rules',
  validateSearch: (search: Record<string, unknown>) => search,
  component: page(() => import('../pages/rules'), 'Rules'),
});

const api = createRoute({
  getParentRoute: () => collection,
  path: '/api',
  validateSearch: (search: Record<string, unknown>) => search,
  component: page(() => import('../pages/api'), 'Api'),
});

const options = createRoute({
  getParentRoute: () => collection,
  path: '/options',
  component: page(() => import('../pages/collection/options'), 'Options'),
});

const requests = createRoute({
  getParentRoute: () => inside,
  path: '/requests',
  validateSearch: (search: Record<string, unknown>): { q?: string; kind?: string; id?: string } =>
    texts(search, ['q', 'kind', 'id']),
  component: page(() => import('../pages/requests'), 'Requests'),
});

const realtime = createRoute({
  getParentRoute: () => inside,
  path: '/realtime',
  validateSearch: (search: Record<string, unknown>): { topic?: string; filter?: string } =>
    texts(search, ['topic', 'filter']),
  component: page(() => import('../pages/realtime'), 'Realtime'),
});

const scripts = createRoute({
  getParentRoute: () => inside,
  path: '/scripts',
  validateSearch: (search: Record<string, unknown>): { file?: string; line?: number } => ({
    ...texts(search, ['file']),
    ...(Number(search.line) > 0 && { line: Number(search.line) }),
  }),
  component: page(() => import('../pages/scripts'), 'Scripts'),
});

const jobs = createRoute({
  getParentRoute: () => inside,
  path: '/jobs',
  validateSearch: (search: Record<string, unknown>): { open?: string } => texts(search, ['open']),
  component: page(() => import('../pages/jobs'), 'Jobs'),
});

const plugins = createRoute({
  getParentRoute: () => inside,
  path: '/plugins',
  component: page(() => import('../pages/plugins'), 'Plugins'),
});

const plugin = createRoute({
  getParentRoute: () => inside,
  path: '/plugins/$plugin',
  component: page(() => import('../pages/plugins/detail'), 'PluginDetail'),
});

const settings = createRoute({
  getParentRoute: () => inside,
  path: '/settings',
  component: page(() => import('../pages/settings'), 'Settings'),
});

const transfer = createRoute({
  getParentRoute: () => inside,
  path: '/transfer',
  validateSearch: (search: Record<string, unknown>): { way?: 'import' } =>
    search.way === 'import' ? { way: 'import' } : {},
  component: page(() => import('../pages/transfer'), 'Transfer'),
});

const tree = root.addChildren([
  signIn,
  setup,
  inside.addChildren([
    overview,
    collections,
    newCollection,
    fromFile,
    diagram,
    collection.addChildren([records, fields, rules, api, options]),
    requests,
    realtime,
    scripts,
    jobs,
    plugins,
    plugin,
    settings,
    transfer,
  ]),
]);

export const router = createRouter({
  routeTree: tree,
  basepath: '/_/',
  defaultPreload: 'intent',
  defaultPendingComponent: PageLoading,
  defaultPendingMs: 300,
  defaultErrorComponent: PageError,
  defaultNotFoundComponent: NotFound,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
