/**
 * Decides the channels by which a person is notified: defaults, the person's changes, and kinds that cannot be switched
 * off. Pure.
 */
import { readJson } from "@/lib/core/format/json";
import { Channel, Kind, type PreferenceChange, type Preferences } from "./contract";

/** The kinds that send no push by default. The inbox has no such list: it receives every kind by default. */
const QUIET: readonly Kind[] = ["command_failed", "task", "plugin", "rank"];
const MAILED: readonly Kind[] = ["broadcast", "security"];

export type Stored = PreferenceChange;

/** Returns the default: push for events worth an interruption, email for events that must not be missed. */
const byDefault = (kind: Kind, channel: Channel): boolean =>
  channel === "in_app" ? true : channel === "email" ? MAILED.includes(kind) : !QUIET.includes(kind);

/** Returns whether a switch cannot be turned off. Security warnings always reach the inbox. */
export const isLocked = (kind: Kind, channel: Channel): boolean => kind === "security" && channel === "in_app";

export const allows = (stored: Stored, kind: Kind, channel: Channel): boolean =>
  isLocked(kind, channel) || (stored[kind]?.[channel] ?? byDefault(kind, channel));

/** Returns the current state of every switch. */
export const preferencesFrom = (stored: Stored): Preferences =>
  Object.fromEntries(
    Kind.options.map((kind) => [
      kind,
      Object.fromEntries(Channel.options.map((channel) => [channel, allows(stored, kind, channel)])),
    ]),
  ) as Preferences;

/**
 * Returns the preferences to store after a change: only what differs from the defaults, so that better defaults reach
 * everybody else.
 */
export function changed(stored: Stored, change: PreferenceChange): Stored {
  const next: Record<string, Record<string, boolean>> = {};
  for (const kind of Kind.options)
    for (const channel of Channel.options) {
      const value = change[kind]?.[channel] ?? stored[kind]?.[channel];
      if (value === undefined || value === byDefault(kind, channel)) continue;
      next[kind] = { ...next[kind], [channel]: value };
    }
  return next as Stored;
}

/** Parses stored preferences; unreadable ones count as never changed. */
export function readStored(text: string | undefined): Stored {
  if (!text) return {};
  try {
    return readJson(text) as Stored;
  } catch {
    return {};
  }
}
