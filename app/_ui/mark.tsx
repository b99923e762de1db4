/** Muster's logo: bots lined up in two files that form an M. */
export function Mark({ className }: { className?: string }) {
  const dots = [
    [8, 9],
    [8, 16],
    [8, 23],
    [24, 9],
    [24, 16],
    [24, 23],
    [12, 13],
    [16, 17],
    [20, 13],
  ];
  return (
    <svg viewBox="0 0 32 32" className={className} aria-hidden>
      <rect width="32" height="32" rx="7" className="fill-accent" />
      <g className="fill-accent-fg">
        {dots.map(([cx, cy]) => (
          <circle key={`${cx} ${cy}`} cx={cx} cy={cy} r="2.1" />
        ))}
      </g>
    </svg>
  );
}
