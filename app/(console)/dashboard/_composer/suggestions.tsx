"use client";
import { TriangleAlert } from "lucide-react";
import { Button } from "@/app/_ui/button";
import type { OfferedCommand } from "@/lib/fleet/manifests/queries";

const SUGGESTED = 8;
const OFFERED = 24;

type SuggestionsProps = {
  offered: readonly OfferedCommand[];
  seen: readonly string[];
  typed: string;
  onPick: (name: string) => void;
};

/** Suggests commands: those that the bots published, or, if they published none, those sent earlier. */
export function Suggestions({ offered, seen, typed, onPick }: SuggestionsProps) {
  const wanted = typed.trim().toLowerCase();
  const whole = offered.some((one) => one.name === typed.trim());
  const fits = (name: string) => name !== typed && (whole || name.toLowerCase().includes(wanted));
  const published = offered.filter((one) => fits(one.name)).slice(0, OFFERED);
  const others = offered.length > 0 ? [] : [...new Set(seen)].filter(fits).slice(0, SUGGESTED);
  if (published.length + others.length === 0) return null;
  return (
    <ul
      aria-label={offered.length > 0 ? "Commands this bot supports" : "Suggested types"}
      className="flex flex-wrap gap-1.5"
    >
      {published.map(({ name, description, danger }) => (
        <li key={name}>
          <Button size="sm" className="font-mono text-xs" title={description} onClick={() => onPick(name)}>
            {danger === "none" ? null : (
              <TriangleAlert className={danger === "warn" ? "text-warn" : "text-bad"} aria-label={danger} />
            )}
            {name}
          </Button>
        </li>
      ))}
      {others.map((name) => (
        <li key={name}>
          <Button size="sm" className="font-mono text-xs" onClick={() => onPick(name)}>
            {name}
          </Button>
        </li>
      ))}
    </ul>
  );
}
