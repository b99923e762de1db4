/**
 * Queries of the tickets' background job. Each resulting change is guarded elsewhere, so every process may run them.
 */
import { query, transaction } from "@/lib/core/db";
import { botExists } from "@/lib/fleet/bots";
import { hasErasedTickets, remainingUserIds } from "@/lib/identity/accounts";
import type { TicketRow } from "./rows";

const ONCE = 50;
/** Replaces the name of a person whose account was deleted. */
const DELETED_USER = "Deleted user";

type Touched = Pick<TicketRow, "id" | "last_at">;

/**
 * Finds deleted accounts that still have tickets. Either the process that should have handled the deletion died first,
 * or a restored backup brought the tickets back, together with the account's row without its name
 * (lib/operations/backups).
 */
async function goneOwners(): Promise<number[]> {
  const rows = await query()
    .selectFrom("ticket")
    .select("owner_id")
    .distinct()
    .where("owner_id", "is not", null)
    .where("owner_id", "not in", remainingUserIds())
    .limit(ONCE)
    .execute();
  return rows.map((row) => row.owner_id!);
}

/** Removes the person's name from the account's tickets. */
const disown = (ownerId: number): Promise<Touched[]> =>
  transaction(async (trx) => {
    const open = await trx
      .selectFrom("ticket")
      .select(["id", "last_at"])
      .where("owner_id", "=", ownerId)
      .where("status", "<>", "closed")
      .execute();
    await trx
      .updateTable("ticket")
      .set({ owner_id: null, requester: "deleted", user_id: null, user_name: DELETED_USER, user_avatar: null })
      .where("owner_id", "=", ownerId)
      .execute();
    return open;
  });

export function createSweepStore() {
  const active = () => query().selectFrom("ticket").where("status", "<>", "closed").limit(ONCE);

  return {
    /** Open tickets without activity since `before`, longest idle first. */
    idle: (before: number): Promise<Touched[]> =>
      active().select(["id", "last_at"]).where("last_at", "<", before).orderBy("last_at").execute(),

    /** Tickets of an account. */
    ofOwner: (ownerId: number): Promise<TicketRow[]> =>
      query()
        .selectFrom("ticket")
        .selectAll()
        .where("owner_id", "=", ownerId)
        .orderBy("seq")
        .limit(ONCE)
        .$castTo<TicketRow>()
        .execute(),

    goneOwners,

    isErased: hasErasedTickets,

    disown,

    /** Active tickets of a bot, or of any bot that is gone. */
    ofBot: (botId?: string): Promise<Touched[]> =>
      active()
        .select(["id", "last_at"])
        .where("bot_id", "is not", null)
        .where((eb) => (botId === undefined ? eb.not(botExists(eb.ref("ticket.bot_id"))) : eb("bot_id", "=", botId)))
        .execute(),

    /** Active tickets assigned to an account. */
    assignedTo: (accountId: number): Promise<Pick<TicketRow, "id" | "status" | "bot_id">[]> =>
      active()
        .select(["id", "status", "bot_id"])
        .where("assigned_to", "=", accountId)
        .$castTo<Pick<TicketRow, "id" | "status" | "bot_id">>()
        .execute(),
  };
}

export type SweepStore = ReturnType<typeof createSweepStore>;
