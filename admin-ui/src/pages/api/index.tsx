// How an app uses one collection: examples with its real names, ready to paste, and a way to run each request here.
import { Badge, SegmentedControl, Text } from '@mantine/core';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useCollection } from '../../api/queries';
import { PageLoading } from '../../app/edges';
import type { Collection } from '../../fields/model';
import { CodeBlock, Page, Panel } from '../../parts';
import classes from './api.module.css';
import { curl, LANGUAGES, type Language } from './languages';
import { type Operation, operationsOf } from './operations';
import { Runner } from './runner';

export function Api() {
  const { collection: name } = useParams({ from: '/inside/c/$collection' });
  const collection = useCollection(name);
  return collection ? <ApiOf key={collection.id} collection={collection} /> : <PageLoading />;
}

function ApiOf({ collection }: { collection: Collection }) {
  const search = useSearch({ from: '/inside/c/$collection/api' });
  const navigate = useNavigate({ from: '/c/$collection/api' });
  const operations = useMemo(() => operationsOf(collection), [collection]);
  const current = operations.find((o) => o.id === search.do) ?? operations[0];
  const language = LANGUAGES.find((l) => l.value === search.language)?.value ?? 'curl';
  const change = (next: Record<string, string>) =>
    void navigate({ search: (old) => ({ ...old, ...next }), replace: true, resetScroll: false });
  if (!current) return null;
  return (
    <Page wide>
      <div className={classes.columns}>
        <nav className={classes.list} aria-label="Operations">
          {operations.map((operation) => (
            <button
              key={operation.id}
              type="button"
              className={classes.item}
              aria-current={operation === current ? 'true' : undefined}
              onClick={() => change({ do: operation.id })}
            >
              <span className={classes.method} data-method={operation.request?.method ?? 'WS'}>
                {operation.request?.method ?? 'WS'}
              </span>
              {operation.title}
            </button>
          ))}
        </nav>
        <div className={classes.main}>
          <Detail
            key={current.id}
            collection={collection}
            operation={current}
            language={language}
            choose={(next) => change({ language: next })}
          />
        </div>
      </div>
    </Page>
  );
}

interface DetailProps {
  collection: Collection;
  operation: Operation;
  language: Language;
  choose: (language: string) => void;
}

function Detail({ collection, operation, language, choose }: DetailProps) {
  const { request, answer } = operation;
  return (
    <>
      <Panel
        title={operation.title}
        note={operation.says}
        actions={<Who collection={collection} operation={operation} />}
      >
        {request && (
          <p className={classes.path}>
            <span className={classes.method} data-method={request.method}>
              {request.method}
            </span>
            <code>{request.path}</code>
          </p>
        )}
        <SegmentedControl size="xs" mb="sm" aria-label="Language" data={LANGUAGES} value={language} onChange={choose} />
        <CodeBlock
          label={LANGUAGES.find((l) => l.value === language)?.label ?? ''}
          code={codeOf(collection, operation, language)}
        />
        {answer && (
          <>
            <Text size="sm" fw={560} mt="md" mb={6}>
              Answer
            </Text>
            <CodeBlock
              label={String(answer.status)}
              code={answer.body === null ? '(no content)' : JSON.stringify(answer.body, null, 2)}
            />
          </>
        )}
      </Panel>
      {request && <Runner key={`${collection.id} ${operation.id}`} request={request} />}
    </>
  );
}

function codeOf(collection: Collection, operation: Operation, language: Language): string {
  if (language !== 'curl') return operation.code(language);
  if (operation.curl) return operation.curl;
  const rule = operation.rule ? collection[operation.rule] : null;
  return operation.request ? curl(operation.request, rule !== '') : '';
}

/** Who may do it, out of the rule. */
function Who({ collection, operation }: { collection: Collection; operation: Operation }) {
  if (!operation.rule) return null;
  const rule = collection[operation.rule];
  if (rule === null || rule === undefined) return <Badge color="gray">superusers only</Badge>;
  return <Badge color={rule === '' ? 'yellow' : 'glacier'}>{rule === '' ? 'everyone' : 'by a rule'}</Badge>;
}
