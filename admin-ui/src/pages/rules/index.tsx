// The rules of one collection: who may do what, checked while one types, and tried with a user and a record.

import { useHotkeys } from '@mantine/hooks';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo, useState } from 'react';
import { useCollection, useCollections } from '../../api/queries';
import { PageLoading } from '../../app/edges';
import { LookupContext } from '../../fields/lookup';
import type { Collection } from '../../fields/model';
import { Page, Panel } from '../../parts';
import { reviewChange } from '../collection/review';
import { SaveBar } from '../collection/save-bar';
import { useLookupOf } from '../records/lookup';
import { type RuleKey, rulesOf } from './kinds';
import { RuleEditor } from './rule-editor';
import classes from './rules.module.css';
import { marksOf, type Trial } from './try';
import { TryAs, type TryState } from './try-as';

type Drafts = Partial<Record<RuleKey, string | null>>;

export function Rules() {
  const { collection: name } = useParams({ from: '/inside/c/$collection' });
  const collection = useCollection(name);
  if (!collection) return <PageLoading />;
  return <RulesOf key={collection.id} collection={collection} />;
}

function RulesOf({ collection }: { collection: Collection }) {
  const collections = useCollections();
  const kinds = useMemo(() => rulesOf(collection), [collection]);
  const [drafts, setDrafts] = useState<Drafts>({});
  const [wrong, setWrong] = useState<Partial<Record<RuleKey, boolean>>>({});
  const [trial, setTrial] = useState<Trial>();
  const [state, change] = useTryState();
  const stored = (key: RuleKey) => collection[key] ?? null;
  const current = (key: RuleKey) => (key in drafts ? (drafts[key] ?? null) : stored(key));
  const changed = kinds.filter((k) => current(k.key) !== stored(k.key));
  const marks = useMemo(() => marksOf(trial?.tree ?? null), [trial]);
  const mistaken = changed.filter((k) => wrong[k.key] && current(k.key));
  const review = () => {
    if (changed.length === 0 || mistaken.length > 0) return;
    reviewChange({
      collection: collection.name,
      change: Object.fromEntries(changed.map((k) => [k.key, current(k.key)])),
      done: () => setDrafts({}),
    });
  };
  useHotkeys([['mod+S', review]], []);
  const told = useCallback((next: Trial | undefined) => setTrial(next), []);

  return (
    <LookupContext.Provider value={useLookupOf(collections)}>
      <Page wide>
        <div className={classes.columns}>
          <div className={classes.rules}>
            {kinds.map((k) => (
              <Panel key={k.key} title={k.title} note={k.says}>
                <RuleEditor
                  collection={collection}
                  collections={collections}
                  kind={k.kind}
                  label={`${k.title} rule`}
                  value={current(k.key)}
                  onChange={(value) => setDrafts((old) => ({ ...old, [k.key]: value }))}
                  everyone={k.everyone}
                  locked={k.locked}
                  marks={trial && state.kind === k.kind && trial.rule === current(k.key) ? marks : undefined}
                  verdict={({ ok }) => setWrong((old) => (old[k.key] === !ok ? old : { ...old, [k.key]: !ok }))}
                />
              </Panel>
            ))}
          </div>
          <aside className={classes.try}>
            <TryAs
              collection={collection}
              collections={collections}
              kinds={kinds}
              state={state}
              change={change}
              rule={(kind) => current(kinds.find((k) => k.kind === kind)?.key ?? 'listRule')}
              told={told}
            />
          </aside>
        </div>
        {changed.length > 0 && (
          <SaveBar
            problem={mistaken[0] && `${mistaken[0].title}: the expression is not right yet.`}
            discard={() => setDrafts({})}
            review={review}
          />
        )}
      </Page>
    </LookupContext.Provider>
  );
}

/** What is tried stands in the address: a link shows the same answer. */
function useTryState(): [TryState, (next: Partial<TryState>) => void] {
  const search = useSearch({ from: '/inside/c/$collection/rules' });
  const navigate = useNavigate({ from: '/c/$collection/rules' });
  const text = (value: unknown, fallback = '') =>
    typeof value === 'string' ? value : value === undefined ? fallback : JSON.stringify(value);
  const state = {
    kind: text(search.kind, 'list'),
    actor: text(search.actor),
    record: text(search.record),
    body: text(search.body),
  };
  const change = useCallback(
    (next: Partial<TryState>) =>
      void navigate({
        search: (old) => Object.fromEntries(Object.entries({ ...old, ...next }).filter(([, value]) => value !== '')),
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  );
  return [state, change];
}
