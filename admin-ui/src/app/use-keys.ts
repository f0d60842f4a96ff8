// The keys that work on every page: ? for help, and G followed by a letter to go somewhere.
import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { openHelp } from './help';

const GO: Record<string, string> = { o: '/', c: '/collections', r: '/requests', s: '/settings' };
const CHORD_MS = 1_200;

export function useKeys(): void {
  const navigate = useNavigate();
  useEffect(() => {
    let pressedG = 0;
    const handle = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || writes(event.target)) return;
      if (event.key === '?') return openHelp();
      const to = GO[event.key.toLowerCase()];
      if (to && event.timeStamp - pressedG < CHORD_MS) void navigate({ to });
      pressedG = event.key.toLowerCase() === 'g' ? event.timeStamp : 0;
    };
    addEventListener('keydown', handle);
    document.documentElement.dataset.keys = 'ready';
    return () => removeEventListener('keydown', handle);
  }, [navigate]);
}

/** Keys belong to whatever takes text. */
function writes(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}
