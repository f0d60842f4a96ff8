// The rich text editor: the browser's own editing with a toolbar, and the source for what the toolbar cannot say.
import { ActionIcon, Divider, Group, Textarea } from '@mantine/core';
import {
  IconBlockquote,
  IconBold,
  IconClearFormatting,
  IconCode,
  IconH2,
  IconH3,
  IconItalic,
  IconLink,
  IconList,
  IconListNumbers,
  IconUnderline,
} from '@tabler/icons-react';
import { type ClipboardEvent, type ComponentType, useEffect, useRef, useState } from 'react';
import { safeHtml } from './html';
import type { EditorProps } from './kind';
import { plain } from './model';
import classes from './rich-text.module.css';

interface Tool {
  label: string;
  icon: ComponentType<{ size?: number }>;
  command: string;
  argument?: string;
}

const TOOLS: Tool[] = [
  { label: 'Bold', icon: IconBold, command: 'bold' },
  { label: 'Italic', icon: IconItalic, command: 'italic' },
  { label: 'Underline', icon: IconUnderline, command: 'underline' },
  { label: 'Heading', icon: IconH2, command: 'formatBlock', argument: 'h2' },
  { label: 'Subheading', icon: IconH3, command: 'formatBlock', argument: 'h3' },
  { label: 'Quote', icon: IconBlockquote, command: 'formatBlock', argument: 'blockquote' },
  { label: 'List', icon: IconList, command: 'insertUnorderedList' },
  { label: 'Numbered list', icon: IconListNumbers, command: 'insertOrderedList' },
  { label: 'Link', icon: IconLink, command: 'createLink' },
  { label: 'Clear formatting', icon: IconClearFormatting, command: 'removeFormat' },
];

export default function RichText({ field, value, onChange, disabled, autoFocus }: EditorProps) {
  const html = plain(value);
  // What the toolbar cannot keep is edited as source from the start, so that opening a record never changes it.
  const [source, setSource] = useState(() => html !== '' && normal(safeHtml(html)) !== normal(html));
  const area = useRef<HTMLDivElement>(null);
  const sent = useRef<string>(undefined);

  useEffect(() => {
    if (source || !area.current || sent.current === html) return;
    area.current.innerHTML = safeHtml(html);
    sent.current = html;
  }, [html, source]);

  const read = () => {
    if (!area.current) return;
    const text = area.current.textContent === '' && !area.current.querySelector('img,hr') ? '' : area.current.innerHTML;
    sent.current = text;
    onChange(text);
  };
  // execCommand is old, but it is the one way to edit with the browser's own undo, in every browser, without a library.
  const run = ({ command, argument }: Tool) => {
    area.current?.focus();
    const given = command === 'createLink' ? window.prompt('Address of the link', 'https://') : argument;
    if (given === null) return;
    document.execCommand(command, false, given);
    if (command === 'removeFormat') document.execCommand('formatBlock', false, 'p');
    read();
  };
  const paste = (event: ClipboardEvent) => {
    event.preventDefault();
    const rich = event.clipboardData.getData('text/html');
    if (rich) document.execCommand('insertHTML', false, safeHtml(rich));
    else document.execCommand('insertText', false, event.clipboardData.getData('text/plain'));
  };
  const toggle = () => {
    sent.current = undefined;
    setSource(!source);
  };

  return (
    <div className={classes.frame}>
      <Group gap={2} p={4} className={classes.bar} role="toolbar" aria-label="Formatting">
        {TOOLS.map((tool) => (
          <ActionIcon
            key={tool.label}
            aria-label={tool.label}
            title={tool.label}
            disabled={source || disabled}
            onMouseDown={(e) => e.preventDefault()}
            onClick={() => run(tool)}
          >
            <tool.icon size={16} />
          </ActionIcon>
        ))}
        <Divider orientation="vertical" mx={4} />
        <ActionIcon
          aria-label="HTML source"
          title="HTML source"
          aria-pressed={source}
          onClick={toggle}
          variant={source ? 'light' : 'subtle'}
        >
          <IconCode size={16} />
        </ActionIcon>
      </Group>
      {source ? (
        <Textarea
          variant="unstyled"
          aria-label={`${field.name}, HTML source`}
          autosize
          minRows={6}
          maxRows={24}
          spellCheck={false}
          disabled={disabled}
          value={html}
          onChange={(e) => onChange(e.currentTarget.value)}
          styles={{ input: { fontFamily: 'var(--luge-mono)', fontSize: '0.8125rem', padding: '8px 12px' } }}
        />
      ) : (
        // biome-ignore lint/a11y/useSemanticElements: no form element edits rich text.
        <div
          ref={area}
          className={classes.area}
          role="textbox"
          aria-multiline="true"
          aria-label={field.name}
          tabIndex={0}
          contentEditable={!disabled}
          suppressContentEditableWarning
          onInput={read}
          onPaste={paste}
          data-autofocus={autoFocus || undefined}
        />
      )}
    </div>
  );
}

/** The same HTML in the browser's own spelling, so that only what was really taken out differs. */
function normal(html: string): string {
  return new DOMParser().parseFromString(html, 'text/html').body.innerHTML;
}
