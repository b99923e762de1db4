/**
 * Decides which changes are announced to channels and the inbox. An alert that keeps firing and recovering is announced
 * once as flapping; its further changes are only counted until one state has held for some minutes. That state is
 * announced, because otherwise the last message could say "resolved" while the alert fires. Escalations are always
 * announced.
 */
import type { AlertRow, Kind } from "@/lib/operations/alerts/store.rows";

export type Event = "raised" | "again" | "flapping" | "escalated" | "resolved" | "test";
/** Stored on the alert with the change. `announce_at`: when the present state will have held for long enough. */
type Announcement = { event: Event | undefined; announced: AlertRow["announced"]; announce_at: number | null };

/** An alert that fires again for the third time without a calm period in between is flapping. */
const FLAPS_MAX = 3;
/** Equals the time within which a recovered alert is reopened (store.members.ts); a later recurrence is a new alert. */
export const CALM_MS = 300_000;

const EVENTS: Partial<Record<Kind, Event>> = { raised: "raised", woke: "again", escalated: "escalated" };

export function announcementOf({ alert, kind }: { alert: AlertRow; kind: Kind }, at: number): Announcement {
  const { announced, announce_at, flaps, state } = alert;
  const silent = (due = announce_at): Announcement => ({ event: undefined, announced, announce_at: due });
  if (kind === "resolved") {
    // A resolution by a person is final: a recurrence is a new alert.
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

/**
 * Tests whether a state that has held differs from the state announced last. A snoozed alert is announced when its
 * snooze ends.
 */
export const needsAnnouncement = ({ state, announced }: Pick<AlertRow, "state" | "announced">): boolean =>
  state !== "snoozed" && announced !== (state === "resolved" ? "resolved" : "firing");
