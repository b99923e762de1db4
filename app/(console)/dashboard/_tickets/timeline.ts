/** Turns a conversation into rows: days, events, and messages grouped by author. Pure. */
import type { TicketMessage } from "@/lib/community/tickets/contract";
import type { TimeFormat } from "@/lib/core/format/times";

export type Entry =
  | { kind: "day"; key: string; label: string }
  | { kind: "unread"; key: string }
  | { kind: "event"; key: string; message: TicketMessage }
  | {
      kind: "message";
      key: string;
      message: TicketMessage /** Whether the message begins a group, which shows the author's name. */;
      first: boolean;
    };

/** Messages of one author that are further apart than this are not grouped. */
const GROUP_MS = 5 * 60_000;

/** "Today", "Yesterday", "Mon, 16 Nov", and the year when it is another one; in the reader's zone. */
export function dayLabel(at: Date, now: Date, format: TimeFormat): string {
  const [day, today] = [format.dayKey(at), format.dayKey(now)];
  const days = (Date.parse(today) - Date.parse(day)) / 86_400_000;
  if (days === 0) return "Today";
  if (days === 1) return "Yesterday";
  return day.slice(0, 4) === today.slice(0, 4) ? format.weekday(at) : format.weekdayOfYear(at);
}

/**
 * Returns the rows of a conversation. `unreadAfter` is the `seq` of the last message that the reader has read: the
 * divider stands before the first later message by somebody else. Null for no divider.
 */
export function timeline(
  messages: readonly TicketMessage[],
  { me, unreadAfter, now, format }: { me: string; unreadAfter: number | null; now: Date; format: TimeFormat },
): Entry[] {
  const entries: Entry[] = [];
  let day = "";
  let before: TicketMessage | undefined;
  let ruled = unreadAfter === null;
  for (const message of messages) {
    const at = new Date(message.timestamp);
    const ownDay = format.dayKey(at);
    if (ownDay !== day) {
      entries.push({ kind: "day", key: `day-${ownDay}`, label: dayLabel(at, now, format) });
      day = ownDay;
      before = undefined;
    }
    if (!ruled && unreadAfter !== null && message.seq > unreadAfter && message.author_id !== me) {
      // In a conversation that was never opened every message is new, so no divider is shown.
      if (unreadAfter > 0) {
        entries.push({ kind: "unread", key: "unread" });
        before = undefined;
      }
      ruled = true;
    }
    if (message.is_system) {
      entries.push({ kind: "event", key: message.id, message });
      before = undefined;
      continue;
    }
    const goesOn =
      before !== undefined &&
      before.author_id === message.author_id &&
      before.is_note === message.is_note &&
      at.getTime() - Date.parse(before.timestamp) < GROUP_MS;
    entries.push({ kind: "message", key: message.id, message, first: !goesOn });
    before = message;
  }
  return entries;
}
