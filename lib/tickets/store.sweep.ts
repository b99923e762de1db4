/** What the background job of tickets looks for. Each is a guarded change elsewhere, so every process may look. */
import { db } from "@/lib/db";
import type { TicketRow } from "./rows";

const ONCE = 50;

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

    /** Tickets whose account is gone: the process that should have removed them ended first. */
    orphans: (): Promise<TicketRow[]> =>
      db().all(
        `SELECT t.* FROM ticket t WHERE t.owner_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "user" u WHERE u.id = t.owner_id) LIMIT ${ONCE}`,
      ),

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
