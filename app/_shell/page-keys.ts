/** The keys that work on each page, for the list of shortcuts. Pages themselves load without these texts. */
import type { ConsoleUser } from "./navigation";

export type ShownTo = Pick<ConsoleUser, "role" | "has_bots">;

/** `staff`: the key is for those who answer tickets. */
type PageKey = { what: string; keys: string[]; staff?: true };

const ticketKeys: PageKey[] = [
  { what: "Next or previous ticket", keys: ["j", "k"] },
  { what: "Search tickets", keys: ["/"] },
  { what: "Write a reply", keys: ["r"] },
  { what: "Write a private note", keys: ["n"], staff: true },
  { what: "Claim ticket", keys: ["c"], staff: true },
  { what: "Assign ticket", keys: ["a"], staff: true },
  { what: "Close ticket", keys: ["e"], staff: true },
  { what: "Leave the text field, then close the ticket", keys: ["Esc"] },
];

const alertKeys: PageKey[] = [
  { what: "Next or previous alert", keys: ["j", "k"] },
  { what: "Open alert history", keys: ["Enter"] },
  { what: "Acknowledge alert", keys: ["a"] },
  { what: "Snooze alert for 1 hour", keys: ["s"] },
  { what: "Resolve alert", keys: ["e"] },
];

const scheduleKeys: PageKey[] = [
  { what: "Next or previous schedule", keys: ["j", "k"] },
  { what: "Open schedule", keys: ["Enter"] },
  { what: "Search schedules", keys: ["/"] },
];

/** The keys of the time range. */
const rangeKeys: PageKey[] = [
  { what: "Zoom the time range out", keys: ["t", "z"] },
  { what: "Move the time range back", keys: ["t", "←"] },
  { what: "Move the time range on", keys: ["t", "→"] },
  { what: "Type a time range", keys: ["t", "a"] },
];
/** The keys of the page of a bot, where the list of bots shows them too. */
const botKeys = rangeKeys.map((key) => ({ ...key, what: `${key.what} of a bot` }));
const logKeys: PageKey[] = [
  { what: "Next or previous line", keys: ["j", "k"] },
  { what: "Edit the query", keys: ["/"] },
  ...rangeKeys,
];

const KEYS: Readonly<Record<string, PageKey[]>> = {
  "/dashboard": rangeKeys,
  "/dashboard/bots": botKeys,
  "/dashboard/logs": logKeys,
  "/dashboard/tickets": ticketKeys,
  "/dashboard/alerts": alertKeys,
  "/dashboard/schedules": scheduleKeys,
};

/** The keys of a page that the person can use. */
export const keysOf = (href: string | undefined, { role, has_bots }: ShownTo): PageKey[] =>
  (KEYS[href ?? ""] ?? []).filter(({ staff }) => role !== "user" || has_bots || !staff);
