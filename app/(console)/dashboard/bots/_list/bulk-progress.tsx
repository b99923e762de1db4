/** A bar of how many of the bots are done. `label` names it for screen readers. */
export function BulkProgress({ value, max, label }: { value: number; max: number; label: string }) {
  return (
    <progress
      className="mb-3 block h-1.5 w-full appearance-none overflow-hidden rounded-full bg-raised [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-raised [&::-webkit-progress-value]:bg-accent"
      value={value}
      max={max}
      aria-label={label}
    />
  );
}
