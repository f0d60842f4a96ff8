import type { Stats } from '../../api';
import { format, Tile, TileRow } from '../../parts';

/** The figures of the window and of this moment. */
export function Tiles({ known }: { known: Stats }) {
  const { window, connections, log, store, disk, rss, minutes } = known;
  const whole = minutes.slice(0, -1);
  const perMinute = whole.length > 0 ? window.requests / Math.max(1, minutes.length) : window.requests;
  const failing = window.serverErrors > 0;
  return (
    <TileRow columns={8}>
      <Tile
        label="Health"
        value={failing ? 'Errors' : 'Healthy'}
        tone={failing ? 'bad' : 'good'}
        note={failing ? `${format.count(window.serverErrors)} answers of 5xx` : 'no answer of 5xx'}
      />
      <Tile
        label="Requests"
        value={format.count(window.requests)}
        note={`${perMinute < 10 ? perMinute.toFixed(1) : format.count(Math.round(perMinute))} per minute`}
      />
      <Tile
        label="Refused"
        value={format.count(window.clientErrors)}
        note={share(window.clientErrors, window.requests)}
      />
      <Tile
        label="Median time"
        value={format.milliseconds(window.p50)}
        note={`99 %: ${format.milliseconds(window.p99)}`}
      />
      <Tile
        label="Realtime"
        value={format.count(connections.realtime)}
        note={format.plural(connections.subscriptions, 'subscription')}
      />
      <Tile
        label="Log"
        value={format.bytes(log.bytes)}
        note={<span title={`Position ${log.position}`}>at {log.position.split(':').at(-1)}</span>}
      />
      <Tile
        label="Store"
        value={format.bytes(store.bytes)}
        note={rss === null ? undefined : `${format.bytes(rss)} memory`}
      />
      <Tile
        label="Disk"
        value={disk ? format.bytes(disk.free) : '–'}
        note={disk ? `free of ${format.bytes(disk.total)}` : undefined}
        tone={disk && disk.free < disk.total * 0.05 ? 'bad' : undefined}
      />
    </TileRow>
  );
}

function share(part: number, whole: number): string {
  return whole === 0 ? 'no request yet' : `${((part / whole) * 100).toFixed(1)} % of all`;
}
