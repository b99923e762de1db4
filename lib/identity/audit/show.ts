/** Shows rows of the audit log as the API has them. */
import type { UserActor } from "@/lib/core/actor";
import { iso } from "@/lib/core/clock";
import { readJson } from "@/lib/core/format/json";
import type { AuditEntry } from "./contract";
import { originOf, senderOf } from "./sender";
import type { AuditRow } from "./store.read";

type Detail = { before?: Record<string, unknown>; after?: Record<string, unknown>; fields?: string[] };

/** Says whether the reader may see where an act came from: admins may, and everybody for their own acts. */
export const seesOrigin = (reader: UserActor, userId: number | null): boolean =>
  reader.role === "admin" || reader.user_id === userId;

export type SentRow = {
  seq: number;
  id: string;
  bot_id: string;
  owner_id: number | null;
  type: string;
  created_at: number;
  created_by: number | null;
  origin: string | null;
};

/** Shows a sent command as the record of its sending. */
export function sentEntry(row: SentRow, reader: UserActor, names: Map<number, string>): AuditEntry {
  const isOpen = seesOrigin(reader, row.created_by);
  const person = row.created_by === null ? null : (names.get(row.created_by) ?? null);
  const { address, ...by } = senderOf(row, person, isOpen);
  return {
    ...{ id: row.id, at: iso(row.created_at), action: "sendCommand", outcome: "done", code: null },
    by,
    from: { address, user_agent: null },
    target: { type: "command", id: row.id, name: row.type },
    ...{ bot_id: row.bot_id, team_id: row.owner_id, before: null, after: null, fields: null },
    request_id: (isOpen && originOf(row).request) || null,
    seal: null,
  };
}

/** @param isOpen whether the reader may see where the act came from */
export function entryOf(row: AuditRow, isOpen: boolean): AuditEntry {
  const detail = (row.detail ? readJson(row.detail) : {}) as Detail;
  return {
    id: row.id,
    at: iso(row.at),
    action: row.action,
    outcome: row.outcome as AuditEntry["outcome"],
    code: row.code,
    by: { kind: row.by_kind as AuditEntry["by"]["kind"], id: row.by_id, name: row.by_name, key_id: row.key_id },
    from: isOpen ? { address: row.address, user_agent: row.user_agent } : { address: null, user_agent: null },
    target: row.target_type === null ? null : { type: row.target_type, id: row.target_id ?? "", name: row.target_name },
    bot_id: row.bot_id,
    team_id: row.team_id,
    before: detail.before ?? null,
    after: detail.after ?? null,
    fields: detail.fields ?? null,
    request_id: isOpen ? row.request_id : null,
    seal: row.position === null || row.hash === null ? null : { position: row.position, hash: row.hash },
  };
}
