// The live log of scripts: filter by level, search, pause and clear; a line leads to the place that wrote it.
import { ActionIcon, Group, SegmentedControl, Text, TextInput, Tooltip } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay, IconSearch, IconTrash } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import type { LogLevel, LogLine } from '../../api';
import { ErrorNote, Panel, Place } from '../../parts';
import classes from './log.module.css';
import { useLog } from './use-log';

const KEPT = 1000;
const SHOWN = 400;
const LEVELS: LogLevel[] = ['debug', 'info', 'warn', 'error'];

export function Log() {
  const [paused, setPaused] = useState(false);
  const [level, setLevel] = useState<LogLevel>('debug');
  const [wanted, setWanted] = useState('');
  const { lines, error, retry, clear } = useLog(KEPT, paused);
  const shown = lines.filter((line) => matches(line, level, wanted)).slice(-SHOWN);
  return (
    <Panel
      title="Log"
      flush
      actions={
        <>
          <Tooltip label={paused ? 'Go on' : 'Pause'}>
            <ActionIcon
              onClick={() => setPaused(!paused)}
              aria-label={paused ? 'Go on' : 'Pause'}
              aria-pressed={paused}
            >
              {paused ? <IconPlayerPlay size={16} /> : <IconPlayerPause size={16} />}
            </ActionIcon>
          </Tooltip>
          <Tooltip label="Clear">
            <ActionIcon onClick={clear} aria-label="Clear" disabled={lines.length === 0}>
              <IconTrash size={16} />
            </ActionIcon>
          </Tooltip>
        </>
      }
    >
      <Group px="sm" py={8} gap="sm">
        <TextInput
          size="xs"
          placeholder="Search the log"
          aria-label="Search the log"
          leftSection={<IconSearch size={14} />}
          value={wanted}
          onChange={(event) => setWanted(event.currentTarget.value)}
          style={{ flex: '1 1 160px', maxWidth: 300 }}
        />
        <SegmentedControl
          size="xs"
          aria-label="Lowest level"
          data={LEVELS.map((value) => ({ value, label: value === 'debug' ? 'all' : value }))}
          value={level}
          onChange={(value) => setLevel(value as LogLevel)}
        />
      </Group>
      {error !== null && (
        <div style={{ padding: '0 12px 12px' }}>
          <ErrorNote title="The log could not be loaded" error={error} retry={retry} />
        </div>
      )}
      <Lines
        lines={shown}
        none={lines.length === 0 ? 'Nothing was written yet. In a script: log::info("…")' : 'No line matches.'}
      />
    </Panel>
  );
}

function matches(line: LogLine, level: LogLevel, wanted: string): boolean {
  if (LEVELS.indexOf(line.level) < LEVELS.indexOf(level)) return false;
  return wanted === '' || `${line.source} ${line.message}`.toLowerCase().includes(wanted.toLowerCase());
}

/** The end stays in view, unless somebody has scrolled away from it. */
function Lines({ lines, none }: { lines: LogLine[]; none: string }) {
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new line is what moves the end
  useEffect(() => {
    if (box.current && atEnd.current) box.current.scrollTop = box.current.scrollHeight;
  }, [lines.at(-1)?.seq, lines.length]);
  const scrolled = () => {
    const { scrollTop = 0, scrollHeight = 0, clientHeight = 0 } = box.current ?? {};
    atEnd.current = scrollHeight - scrollTop - clientHeight < 24;
  };
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls has to be reachable by keyboard
    <div ref={box} role="log" aria-label="Lines of the log" tabIndex={0} className={classes.lines} onScroll={scrolled}>
      {lines.length === 0 && (
        <Text size="sm" c="dimmed" p="sm">
          {none}
        </Text>
      )}
      {lines.map((line) => (
        <div key={`${line.time}-${line.seq}`} className={classes.line} data-level={line.level}>
          <span className={classes.time}>{new Date(line.time).toLocaleTimeString('en-GB')}</span>
          <span className={classes.level}>{line.level}</span>
          <span className={classes.source}>
            <Place source={line.source} />
          </span>
          <span className={classes.message}>{line.message}</span>
        </div>
      ))}
    </div>
  );
}
