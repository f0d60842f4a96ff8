/** The sign of Luge: a sled, and the name. */
export function Wordmark({ height = 22 }: { height?: number }) {
  return (
    <svg height={height} viewBox="0 0 92 28" role="img" aria-label="Luge">
      <rect width="28" height="28" rx="7" fill="#0b6c92" />
      <path
        d="M5.5 11H17c3 0 5.5 1.9 5.5 4.5M5.5 19.6h14c1.7 0 3.2-1.1 3.2-2.8M9.8 11v8.6M16.6 11v8.6"
        fill="none"
        stroke="#fff"
        strokeWidth="2.2"
        strokeLinecap="round"
      />
      <text x="37" y="20.5" fontSize="19" fontWeight="680" letterSpacing="-0.4" fill="currentColor">
        Luge
      </text>
    </svg>
  );
}
