/**
 * Decides which changes channels and the inbox hear of. An alert that comes and goes is announced as flapping, once; from then on
 * its changes are counted only, until one state has held for some minutes. That state is announced, because otherwise the
 * last message could say "resolved" while the alert fires. Escalations are never left out.
 */
import type { AlertRow, Kind } from "@/lib/operations/alerts/store.rows";

export type Event = "raised" | "again" | "flapping" | "escalated" | "resolved" | "test";
/** Written to the alert with the change. `announce_at`: when the state it is in now has held for long enough. */
type Announcement = { event: Event | undefined; announced: AlertRow["announced"]; announce_at: number | null };

/** The third time something returns without a calm in between, it flaps. */
const FLAPS_MAX = 3;
/** Equals the time in which a recovered alert is reopened (store.watch.ts); later recurrences are new alerts. */
export const CALM_MS = 300_000;

const EVENTS: Partial<Record<Kind, Event>> = { raised: "raised", woke: "again", escalated: "escalated" };

export function announcementOf({ alert, kind }: { alert: AlertRow; kind: Kind }, at: number): Announcement {
  const { announced, announce_at, flaps, state } = alert;
  const silent = (due = announce_at): Announcement => ({ event: undefined, announced, announce_at: due });
  if (kind === "resolved") {
    // Resolved by a person is final: what returns is a new alert.
    if (alert.settled_by !== null) return { event: "resolved", announced: "resolved", announce_at: null };
    if (flaps >= FLAPS_MAX) return silent(at + CALM_MS);
    return { event: "resolved", announced: "resolved", announce_at: flaps > 0 ? at + CALM_MS : null };
  }
  if (kind === "reopened") {
    // The alert's return is announced when the snooze ends.
    if (state === "snoozed" || flaps > FLAPS_MAX) return silent(at + CALM_MS);
    if (flaps === FLAPS_MAX) return { event: "flapping", announced: "flapping", announce_at: at + CALM_MS };
    return { event: "again", announced: "firing", announce_at: at + CALM_MS };
  }
  if (kind === "calmed") {
    if (state === "resolved") return { event: "resolved", announced: "resolved", announce_at };
    return { event: "again", announced: "firing", announce_at };
  }
  const event = EVENTS[kind];
  return event ? { event, announced: "firing", announce_at } : silent();
}

/** Does a state that has held differ from what was announced last? A snoozed alert is announced when it wakes. */
export const needsAnnouncement = ({ state, announced }: Pick<AlertRow, "state" | "announced">): boolean =>
  state !== "snoozed" && announced !== (state === "resolved" ? "resolved" : "firing");
