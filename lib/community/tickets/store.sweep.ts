/**
 * Queries of the tickets' background job. Each resulting change is guarded elsewhere, so every process may run them.
 */
import { db } from "@/lib/core/db";
import type { TicketRow } from "./rows";

const ONCE = 50;
/** Replaces the name of a person whose account was deleted. */
const DELETED_USER = "Deleted user";

export function createSweepStore() {
  return {
    /** Active tickets that nobody touched since `before`, longest idle first. */
    idle: (before: number): Promise<Pick<TicketRow, "id" | "last_at">[]> =>
      db().all(
        `SELECT id, last_at FROM ticket WHERE status <> 'closed' AND last_at < $1 ORDER BY last_at LIMIT ${ONCE}`,
        [before],
      ),

    /** Tickets of an account. */
    ofOwner: (ownerId: number): Promise<TicketRow[]> =>
      db().all(`SELECT * FROM ticket WHERE owner_id = $1 ORDER BY seq LIMIT ${ONCE}`, [ownerId]),

    /**
     * Deleted accounts that still have tickets: the process that should have handled them ended first, or a restored
     * backup brought the tickets back, and with them the account's row without its name (lib/operations/backups).
     */
    async goneOwners(): Promise<number[]> {
      const rows = await db().all<{ owner_id: number }>(
        `SELECT DISTINCT t.owner_id FROM ticket t WHERE t.owner_id IS NOT NULL AND NOT EXISTS (
           SELECT 1 FROM "user" u WHERE u.id = t.owner_id AND NOT (
             NOT u.is_active AND u.password_hash IS NULL AND u.username = 'deleted-' || CAST(u.id AS TEXT)
           )
         ) LIMIT ${ONCE}`,
      );
      return rows.map((row) => row.owner_id);
    },

    /** Did the person ask for the tickets to be erased with the account? */
    async isErased(ownerId: number): Promise<boolean> {
      const sql = "SELECT 1 AS one FROM ended_access WHERE kind = 'tickets' AND ref = $1";
      return (await db().all(sql, [String(ownerId)])).length > 0;
    },

    /** Takes the person out of the account's tickets. @returns those that are still active */
    async disown(ownerId: number): Promise<Pick<TicketRow, "id" | "last_at">[]> {
      return db().write(async (tx) => {
        const active = await tx.all<Pick<TicketRow, "id" | "last_at">>(
          "SELECT id, last_at FROM ticket WHERE owner_id = $1 AND status <> 'closed'",
          [ownerId],
        );
        await tx.run(
          `UPDATE ticket SET owner_id = NULL, requester = 'deleted', user_id = NULL, user_name = $2, user_avatar = NULL
           WHERE owner_id = $1`,
          [ownerId, DELETED_USER],
        );
        return active;
      });
    },

    /** Active tickets of a bot, or of any bot that is gone. */
    ofBot: (botId?: string): Promise<Pick<TicketRow, "id" | "last_at">[]> =>
      botId === undefined
        ? db().all(
            `SELECT id, last_at FROM ticket t WHERE status <> 'closed' AND bot_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM bot b WHERE b.id = t.bot_id) LIMIT ${ONCE}`,
          )
        : db().all(`SELECT id, last_at FROM ticket WHERE status <> 'closed' AND bot_id = $1 LIMIT ${ONCE}`, [botId]),

    /** Active tickets assigned to an account. */
    assignedTo: (accountId: number): Promise<Pick<TicketRow, "id" | "status">[]> =>
      db().all(`SELECT id, status FROM ticket WHERE assigned_to = $1 AND status <> 'closed' LIMIT ${ONCE}`, [
        accountId,
      ]),
  };
}

export type SweepStore = ReturnType<typeof createSweepStore>;
