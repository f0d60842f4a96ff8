// geoPoint: a place on earth, by numbers or by a click on a plain grid of the globe (no map is fetched from anywhere).
import { Group, NumberInput, TextInput } from '@mantine/core';
import { type KeyboardEvent, type PointerEvent, useState } from 'react';
import type { EditorProps, Kind } from './kind';
import { Labelled } from './labelled';
import type { Json } from './model';
import { parsePoint } from './parse';

interface Point {
  lon: number;
  lat: number;
}

export function pointOf(value: Json): Point {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return { lon: 0, lat: 0 };
  return { lon: Number(value.lon ?? 0), lat: Number(value.lat ?? 0) };
}

const round = (n: number) => Math.round(n * 1e6) / 1e6;
const clamp = (n: number, most: number) => Math.max(-most, Math.min(most, n));

function Editor(props: EditorProps) {
  const { value, onChange, disabled } = props;
  const { lon, lat } = pointOf(value);
  const [pasted, setPasted] = useState('');
  const [problem, setProblem] = useState<string>();
  const set = (next: Partial<Point>) => onChange({ lon, lat, ...next });
  const paste = (text: string) => {
    setPasted(text);
    const parsed = parsePoint(text);
    setProblem(parsed.ok || text === '' ? undefined : parsed.problem);
    if (parsed.ok && text.trim() !== '') onChange(parsed.value);
  };
  return (
    <Labelled {...props} error={props.error}>
      {() => (
        <>
          <Group grow gap="xs" mb={8}>
            <NumberInput
              label="Latitude"
              min={-90}
              max={90}
              decimalScale={7}
              value={lat}
              disabled={disabled}
              data-autofocus={props.autoFocus || undefined}
              onChange={(n) => set({ lat: Number(n) || 0 })}
            />
            <NumberInput
              label="Longitude"
              min={-180}
              max={180}
              decimalScale={7}
              value={lon}
              disabled={disabled}
              onChange={(n) => set({ lon: Number(n) || 0 })}
            />
          </Group>
          <TextInput
            mb={8}
            size="xs"
            aria-label="Paste latitude, longitude"
            placeholder="Paste “46.8027, 9.8360”"
            value={pasted}
            error={problem}
            disabled={disabled}
            onChange={(e) => paste(e.currentTarget.value)}
          />
          <Globe lon={lon} lat={lat} onPick={(point) => !disabled && onChange({ ...point })} />
        </>
      )}
    </Labelled>
  );
}

/** The graticule: a click or the arrow keys move the point. */
function Globe({ lon, lat, onPick }: Point & { onPick: (point: Point) => void }) {
  const pick = (event: PointerEvent<HTMLDivElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const x = (event.clientX - box.left) / box.width;
    const y = (event.clientY - box.top) / box.height;
    onPick({ lon: round(clamp(x * 360 - 180, 180)), lat: round(clamp(90 - y * 180, 90)) });
  };
  const step = (event: KeyboardEvent) => {
    const by = event.shiftKey ? 10 : 1;
    const moves: { [key: string]: Point } = {
      ArrowLeft: { lon: -by, lat: 0 },
      ArrowRight: { lon: by, lat: 0 },
      ArrowUp: { lon: 0, lat: by },
      ArrowDown: { lon: 0, lat: -by },
    };
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    onPick({ lon: round(clamp(lon + move.lon, 180)), lat: round(clamp(lat + move.lat, 90)) });
  };
  const lines = 'repeating-linear-gradient';
  return (
    <div
      role="slider"
      tabIndex={0}
      aria-label="Place on the globe: arrow keys move it by one degree, with Shift by ten"
      aria-valuetext={`latitude ${lat}, longitude ${lon}`}
      aria-valuenow={lat}
      onPointerDown={pick}
      onKeyDown={step}
      style={{
        position: 'relative',
        aspectRatio: '2 / 1',
        maxWidth: 420,
        border: '1px solid var(--luge-line-strong)',
        borderRadius: 6,
        cursor: 'crosshair',
        background: `linear-gradient(var(--luge-line-strong), var(--luge-line-strong)) 0 50% / 100% 1px no-repeat,
          linear-gradient(var(--luge-line-strong), var(--luge-line-strong)) 50% 0 / 1px 100% no-repeat,
          ${lines}(90deg, transparent 0 calc(100% / 12 - 1px), var(--luge-line) calc(100% / 12 - 1px) calc(100% / 12)),
          ${lines}(0deg, transparent 0 calc(100% / 6 - 1px), var(--luge-line) calc(100% / 6 - 1px) calc(100% / 6)),
          var(--luge-sunken)`,
      }}
    >
      <span
        aria-hidden
        style={{
          position: 'absolute',
          left: `${((lon + 180) / 360) * 100}%`,
          top: `${((90 - lat) / 180) * 100}%`,
          width: 12,
          height: 12,
          margin: -6,
          borderRadius: '50%',
          background: 'var(--luge-accent)',
          border: '2px solid var(--luge-panel)',
          boxShadow: '0 0 0 1px var(--luge-accent)',
        }}
      />
    </div>
  );
}

export const geoPoint: Kind = {
  type: 'geoPoint',
  title: 'Geo point',
  inline: () => 'panel',
  width: 170,
  empty: () => ({ lon: 0, lat: 0 }),
  text: (value) => {
    const { lat, lon } = pointOf(value);
    return `${lat}, ${lon}`;
  },
  parse: parsePoint,
  example: () => ({ lon: 9.836, lat: 46.8027 }),
  Editor,
};
