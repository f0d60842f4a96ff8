// Every page of the dashboard over the demo data: the list that screenshots and accessibility tests go through.

/** `ready` is what has to be seen before a page counts as shown; `act` brings it into an interesting state. */
export const PAGES = [
  { name: 'sign-in', path: 'sign-in', guest: true },
  { name: 'collections', path: 'collections' },
  { name: 'new-collection', path: 'collections/new?template=blog' },
  { name: 'from-file', path: 'collections/from-file' },
  { name: 'diagram', path: 'collections/diagram' },
  { name: 'records', path: 'c/posts', ready: '[role=row][data-id]' },
  {
    name: 'fields',
    path: 'c/posts/fields',
    ready: 'li[data-field="status"]',
    act: (page) => page.getByLabel('Options of status').click(),
  },
  { name: 'rules', path: 'c/posts/rules', ready: '.cm-content' },
  { name: 'api', path: 'c/posts/api' },
  { name: 'options', path: 'c/users/options' },
  { name: 'realtime', path: 'realtime' },
  { name: 'scripts', path: 'scripts?file=orders.rhai', ready: '.cm-content' },
  { name: 'jobs', path: 'jobs', ready: 'tbody tr' },
  { name: 'plugins', path: 'plugins', ready: 'article' },
  { name: 'plugin', path: 'plugins/parcels', ready: 'form' },
  { name: 'settings', path: 'settings' },
  { name: 'transfer', path: 'transfer' },
  // The last ones, so that there is something to see.
  { name: 'requests', path: 'requests' },
  { name: 'overview', path: '?minutes=15', ready: 'figure canvas' },
];
