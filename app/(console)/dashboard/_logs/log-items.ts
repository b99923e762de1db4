import type { Log } from "@/lib/fleet/telemetry/contract";
import type { Marker } from "./buffer";

/** A row of the list: a line, or the text of a marker. */
export type Item = { key: string; log: Log } | { key: string; text: string };

/** Inserts every marker after its line. */
export function itemsOf(lines: readonly Log[], markers: readonly Marker[]): Item[] {
  const notes = new Map<number, string[]>();
  for (const marker of markers) notes.set(marker.after, [...(notes.get(marker.after) ?? []), marker.text]);
  return lines.flatMap((log): Item[] => {
    const own: Item = { key: `L${log.id}`, log };
    const after = notes.get(log.id);
    return after ? [own, ...after.map((text, at) => ({ key: `m${log.id}.${at}`, text }))] : [own];
  });
}
