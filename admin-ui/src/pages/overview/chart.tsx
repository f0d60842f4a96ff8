// One chart over the minutes of the window, drawn by uPlot, which is loaded with this module only.
import 'uplot/dist/uPlot.min.css';
import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import type { Minute } from '../../api';
import { format } from '../../parts';
import classes from './chart.module.css';

interface Line {
  label: string;
  color: string;
  fill?: string;
  of: (minute: Minute) => number | null;
}

const KINDS: Record<'requests' | 'latency', { lines: Line[]; show: (value: number) => string; name: string }> = {
  requests: {
    name: 'Requests and errors per minute',
    show: (value) => format.count(value),
    lines: [
      { label: 'Requests', color: '--luge-accent', fill: '66', of: (minute) => minute.requests },
      { label: 'Refused', color: '--luge-warn', fill: 'ff', of: (minute) => minute.clientErrors },
      { label: 'Failed', color: '--luge-bad', fill: 'ff', of: (minute) => minute.serverErrors },
    ],
  },
  latency: {
    name: 'Time to answer: median and 99th percentile',
    show: (value) => (value === 0 ? '0' : format.milliseconds(value)),
    lines: [
      { label: '99 %', color: '--luge-warn', of: (minute) => minute.p99 },
      { label: 'Median', color: '--luge-accent', fill: '22', of: (minute) => minute.p50 },
    ],
  },
};

const HEIGHT = 180;
/** The least that the axis of time shows, so that the first minutes do not fill it. */
const LEAST_SECONDS = 15 * 60;

export function Chart({ minutes, kind }: { minutes: Minute[]; kind: 'requests' | 'latency' }) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const latest = useRef(minutes);
  latest.current = minutes;
  const scheme = useComputedColorScheme('light');
  const { name, lines } = KINDS[kind];

  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours are read anew when light and dark change
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const made = new uPlot(optionsOf(kind, element.clientWidth), dataOf(kind, latest.current), element);
    plot.current = made;
    const watch = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: HEIGHT }));
    watch.observe(element);
    return () => {
      watch.disconnect();
      made.destroy();
    };
  }, [kind, scheme]);

  useEffect(() => plot.current?.setData(dataOf(kind, minutes)), [kind, minutes]);

  return (
    <figure className={classes.figure}>
      <figcaption className={classes.legend}>
        {lines.map((line) => (
          <span key={line.label}>
            <i style={{ background: `var(${line.color})` }} />
            {line.label}
          </span>
        ))}
      </figcaption>
      <div ref={box} role="img" aria-label={`${name}, ${minutes.length} minutes`} />
    </figure>
  );
}

function dataOf(kind: keyof typeof KINDS, minutes: Minute[]): uPlot.AlignedData {
  const times = minutes.map((minute) => format.moment(minute.at).getTime() / 1000);
  return [times, ...KINDS[kind].lines.map((line) => minutes.map(line.of))];
}

/** From the minutes themselves: uPlot offers a whole day around a single one. */
function spanOf({ data: [times] }: uPlot): [number, number] {
  const last = times.at(-1) ?? Date.now() / 1000;
  return [Math.min(times[0] ?? last, last - LEAST_SECONDS) - 30, last + 30];
}

/** A minute is a bar; uPlot leaves what draws it out of smaller builds. */
const bars: uPlot.Series.PathBuilder = uPlot.paths.bars?.({ size: [0.7, 22], gap: 1 }) ?? (() => null);

function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function optionsOf(kind: keyof typeof KINDS, width: number): uPlot.Options {
  const { lines, show } = KINDS[kind];
  const axis: uPlot.Axis = {
    stroke: token('--luge-soft'),
    font: '11px system-ui, sans-serif',
    grid: { stroke: token('--luge-line'), width: 1 },
    ticks: { show: false },
  };
  return {
    width,
    height: HEIGHT,
    padding: [8, 12, 0, 0],
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, points: { size: 6 } },
    scales: {
      x: { range: spanOf },
      y: { range: (_, __, most) => [0, Math.max(most * 1.1, 1)] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 30,
        space: 60,
        values: (_, times) =>
          times.map((time) =>
            new Date(time * 1000).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' }),
          ),
      },
      { ...axis, size: 58, values: (_, values) => values.map(show) },
    ],
    series: [
      {},
      ...lines.map((line): uPlot.Series => {
        const color = token(line.color);
        return {
          label: line.label,
          stroke: color,
          width: 1.6,
          // The first minutes are no line yet.
          points: { show: ({ data: [times] }) => kind === 'latency' && times.length < 4, size: 6, fill: color },
          spanGaps: true,
          ...(kind === 'requests' && { paths: bars }),
          ...(line.fill && { fill: color + line.fill }),
        };
      }),
    ],
  };
}
