// The filter bar: plain words are searched for; an expression is completed while one types and checked by the server.
import { ActionIcon, CloseButton, Loader } from '@mantine/core';
import { IconBookmark, IconHistory, IconSearch } from '@tabler/icons-react';
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { type Completion, complete, type Option } from '../../../expression/complete';
import { searchFields } from '../../../expression/search';
import { isExpression } from '../../../expression/tokens';
import type { Collection } from '../../../fields/model';
import classes from './filter-bar.module.css';
import { lately, remember } from './saved';
import { useVerdict } from './use-verdict';

interface Props {
  collection: Collection;
  collections: Collection[];
  /** What is applied. */
  value: string;
  apply: (filter: string) => void;
  /** Tells the page how to put the caret here, with a text to begin. */
  handle: (open: (text: string) => void) => void;
}

interface Suggestions extends Completion {
  index: number;
}

export function FilterBar({ collection, collections, value, apply, handle }: Props) {
  const [text, setText] = useState(value);
  const [menu, setMenu] = useState<Suggestions>();
  const [history, setHistory] = useState<string[]>();
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  const { verdict, checking } = useVerdict(collection, text === '' || !isExpression(text) ? '' : text);

  useEffect(() => setText(value), [value]);
  useEffect(() => {
    handle((start) => {
      setText(start);
      requestAnimationFrame(() => {
        input.current?.focus();
        input.current?.setSelectionRange(start.length, start.length);
      });
    });
  }, [handle]);

  const suggest = (source: string, at: number) => {
    setHistory(undefined);
    const words = { collection, collections };
    const found = complete(source, at, words);
    // Right behind a value, the suggestion of "and" and "or" would only hide what is said about it.
    if (found.options[0]?.kind === 'join' && !/\s$/.test(source.slice(0, at))) {
      setMenu(undefined);
      return;
    }
    setMenu(found.options.length > 0 ? { ...found, index: -1 } : undefined);
  };
  const suggestHere = () => suggest(text, input.current?.selectionStart ?? text.length);
  const take = (option: Option) => {
    if (!menu) return;
    const tail = text.slice(menu.to);
    const spaced = option.kind === 'field' && !/^[\s.:=<>!~?]/.test(tail) ? `${option.insert} ` : option.insert;
    const next = `${text.slice(0, menu.from)}${spaced}${tail}`;
    const caret = menu.from + spaced.length;
    setText(next);
    requestAnimationFrame(() => {
      input.current?.focus();
      input.current?.setSelectionRange(caret, caret);
      suggest(next, caret);
    });
  };
  const submit = (source = text) => {
    setMenu(undefined);
    setHistory(undefined);
    const filter = source.trim();
    remember(collection, filter);
    apply(filter);
  };
  const keys = (event: KeyboardEvent) => {
    const options = menu?.options ?? [];
    const move = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (move !== 0) {
      event.preventDefault();
      if (!menu) return suggestHere();
      const count = options.length;
      return setMenu({ ...menu, index: (menu.index + move + (menu.index < 0 && move < 0 ? 1 : 0) + count) % count });
    }
    if (event.key === 'Escape') {
      if (menu || history) event.stopPropagation();
      setMenu(undefined);
      return setHistory(undefined);
    }
    const chosen = options[Math.max(0, menu?.index ?? -1)];
    if (event.key === 'Tab' && menu && chosen && !event.shiftKey) {
      event.preventDefault();
      return take(chosen);
    }
    if (event.key !== 'Enter') return;
    event.preventDefault();
    if (menu && menu.index >= 0 && chosen) return take(chosen);
    submit();
  };

  const listed =
    history?.map((h): Option => ({ label: h, insert: h, kind: 'value', detail: 'used lately' })) ?? menu?.options;
  const plainWords = text.trim() !== '' && !isExpression(text);
  return (
    <search className={classes.bar}>
      <div className={classes.box} data-wrong={verdict?.ok === false || undefined}>
        {checking ? (
          <Loader size={14} className={classes.sign} />
        ) : (
          <IconSearch size={15} className={classes.sign} aria-hidden />
        )}
        <input
          ref={input}
          className={classes.input}
          role="combobox"
          aria-label="Filter records"
          aria-expanded={listed !== undefined}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={menu && menu.index >= 0 ? `${id}-${menu.index}` : undefined}
          aria-invalid={verdict?.ok === false}
          aria-describedby={`${id}-note`}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          placeholder={`Search, or filter: ${exampleFilter(collection)}`}
          value={text}
          onChange={(e) => {
            setText(e.currentTarget.value);
            suggest(e.currentTarget.value, e.currentTarget.selectionStart ?? e.currentTarget.value.length);
          }}
          onClick={suggestHere}
          onKeyDown={keys}
          onBlur={() => {
            setMenu(undefined);
            setHistory(undefined);
          }}
        />
        {text !== '' && (
          <CloseButton
            size="sm"
            aria-label="Clear the filter"
            onClick={() => {
              setText('');
              submit('');
              input.current?.focus();
            }}
          />
        )}
        <ActionIcon
          size="sm"
          aria-label="Filters used lately"
          title="Filters used lately"
          onMouseDown={(e) => e.preventDefault()}
          onClick={() => {
            setMenu(undefined);
            input.current?.focus();
            setHistory(history ? undefined : lately(collection));
          }}
        >
          <IconHistory size={15} />
        </ActionIcon>
      </div>
      <div id={`${id}-note`} className={classes.note} aria-live="polite">
        {verdict?.ok === false && (
          <Wrong text={text} message={verdict.message ?? 'This is not right.'} from={verdict.from} to={verdict.to} />
        )}
        {plainWords && value === text.trim() && (
          <span>
            Looking in{' '}
            {searchFields(collection)
              .map((f) => f.name)
              .join(', ')}
          </span>
        )}
      </div>
      {listed && (
        <div id={`${id}-list`} role="listbox" aria-label="Suggestions" className={classes.list}>
          {listed.length === 0 && <div className={classes.none}>No filter was used here yet.</div>}
          {listed.map((option, i) => (
            // biome-ignore lint/a11y/useFocusableInteractive: the input keeps the focus and names the active option.
            // biome-ignore lint/a11y/useKeyWithClickEvents: the input handles the keys.
            <div
              key={option.label}
              id={`${id}-${i}`}
              role="option"
              aria-selected={i === menu?.index}
              className={classes.option}
              ref={i === menu?.index ? intoSight : undefined}
              onMouseDown={(e) => e.preventDefault()}
              onClick={() => {
                if (!history) return take(option);
                setText(option.insert);
                submit(option.insert);
              }}
            >
              <span className={classes.kind} data-kind={option.kind}>
                {history ? <IconBookmark size={13} aria-hidden /> : option.kind.charAt(0)}
              </span>
              <span className={classes.label}>{option.label}</span>
              <span className={classes.detail}>{option.detail}</span>
            </div>
          ))}
        </div>
      )}
    </search>
  );
}

const intoSight = (element: HTMLElement | null) => element?.scrollIntoView({ block: 'nearest' });

/** The mistake, with its place marked in the text itself. */
function Wrong({
  text,
  message,
  from = 0,
  to = from,
}: {
  text: string;
  message: string;
  from?: number | undefined;
  to?: number | undefined;
}) {
  const end = Math.max(to, from + 1);
  return (
    <span role="alert" className={classes.wrong}>
      <code>
        {text.slice(Math.max(0, from - 24), from)}
        <mark>{text.slice(from, end) || '▯'}</mark>
        {text.slice(end, end + 24)}
      </code>
      {message} <span className={classes.place}>at character {from + 1}</span>
    </span>
  );
}

function exampleFilter(collection: Collection): string {
  const field = collection.fields.find((f) => f.type === 'text' && !f.primaryKey) ?? collection.fields[0];
  return field
    ? `${field.name} ~ "word" && created > @monthStart`.replace(
        collection.fields.some((f) => f.name === 'created') ? '\u0000' : ' && created > @monthStart',
        '',
      )
    : '';
}
