/** The sender of a command, from the command's row: the row is the record of its sending. */
import { readJson } from "@/lib/core/format/json";
import type { Sender } from "./contract.sender";

type Origin = Partial<
  Record<
    | "key"
    | "team_key"
    | "address"
    | "request"
    | "plugin"
    | "job"
    | "schedule"
    | "schedule_name"
    | "incoming"
    | "incoming_name",
    string
  >
>;
type SentBy = { created_by: number | null; origin: string | null };

export const originOf = ({ origin }: SentBy): Origin => (origin === null ? {} : (readJson(origin) as Origin));

/** @param name the person's name @param isOpen whether the reader may see where it was sent from */
export function senderOf(row: SentBy, name: string | null, isOpen: boolean): Sender {
  const { key, team_key, address, plugin, job, schedule, schedule_name, incoming, incoming_name } = originOf(row);
  const from = { key_id: key ?? null, address: (isOpen && address) || null };
  if (schedule !== undefined) return { kind: "schedule", id: schedule, name: schedule_name ?? null, ...from };
  if (incoming !== undefined) return { kind: "incoming_webhook", id: incoming, name: incoming_name ?? null, ...from };
  if (plugin !== undefined) return { kind: "plugin", id: plugin, name: plugin, ...from };
  if (team_key !== undefined) return { kind: "team_key", id: String(row.created_by), name: team_key, ...from };
  if (row.created_by !== null) return { kind: key ? "key" : "person", id: String(row.created_by), name, ...from };
  if (job !== undefined) return { kind: "job", id: job, name: job, ...from };
  return { kind: "anonymous", id: null, name: null, ...from };
}
