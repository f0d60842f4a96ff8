// Numbers, sizes and times as people read them.

const numbers = new Intl.NumberFormat('en');

export function count(value: number): string {
  return numbers.format(value);
}

/** `3 records`, `1 record`. */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

export function bytes(value: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let size = value;
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${size >= 100 || unit === 0 ? Math.round(size) : size.toFixed(1)} ${units[unit]}`;
}

export function milliseconds(value: number | null): string {
  if (value === null) return '–';
  if (value >= 10_000) return `${(value / 1000).toFixed(0)} s`;
  if (value >= 1_000) return `${(value / 1000).toFixed(1)} s`;
  return `${value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)} ms`;
}

export function duration(seconds: number): string {
  const units: [number, string][] = [
    [86_400, 'd'],
    [3_600, 'h'],
    [60, 'min'],
    [1, 's'],
  ];
  const parts: string[] = [];
  let left = Math.floor(seconds);
  for (const [size, name] of units) {
    const whole = Math.floor(left / size);
    if (whole > 0 && parts.length < 2) parts.push(`${whole} ${name}`);
    left -= whole * size;
  }
  return parts.join(' ') || '0 s';
}

/** The server's `2026-11-25 16:20:00.000Z` as a Date. */
export function moment(value: string): Date {
  return new Date(value.replace(' ', 'T'));
}

export function clock(value: string): string {
  return moment(value).toLocaleTimeString('en-GB');
}

export function dayAndTime(value: string): string {
  return moment(value).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
}

/** Milliseconds since 1970 as day and time where the browser is. */
export function local(millis: number): string {
  return new Date(millis).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
}

/** How far away a moment is: `in 3 h`, `5 min ago`. */
export function away(millis: number, now: number): string {
  const seconds = Math.round(Math.abs(millis - now) / 1000);
  if (seconds < 2) return 'now';
  const whole = duration(seconds);
  // Of a few minutes the seconds are of no interest.
  const words = seconds < 3_600 ? whole.split(' ').slice(0, 2).join(' ') : whole;
  return millis > now ? `in ${words}` : `${words} ago`;
}
