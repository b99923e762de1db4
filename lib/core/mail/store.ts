/** The queue of outgoing mail. A lease is a later `due_at`, so what a process that died was sending is due again by itself. */
import { inList, lockName, query, type Row, skipLocked, transaction } from "@/lib/core/db";

/** `content` is sealed. */
export type MailJob = Pick<Row<"mail_message">, "seq" | "kind" | "content" | "attempts" | "created_at" | "expires_at">;
export type NewMail = Omit<MailJob, "seq" | "attempts"> & Pick<Row<"mail_message">, "id" | "address_hash">;
export type MailOutcome = { status: "sent" | "failed" | "dropped" | "queued"; error: string | null; due_at: number };
/** At most `max` messages of `kinds` to one address since `since`. */
export type MailLimit = { kinds: readonly string[]; max: number; since: number };

export function createMailStore() {
  const due = (at: number) =>
    query().selectFrom("mail_message").select("seq").where("status", "=", "queued").where("due_at", "<=", at);

  return {
    /** @returns false when `limit` is reached: nothing was queued */
    add: (row: NewMail, limit: MailLimit | undefined): Promise<boolean> =>
      transaction(async (trx) => {
        if (limit) {
          // Without the lock, two transactions at once would each miss the other's message in the count.
          await lockName(trx, `mail:${row.address_hash}`);
          const { sent } = await trx
            .selectFrom("mail_message")
            .select((eb) => eb.fn.countAll<number>().as("sent"))
            .where("address_hash", "=", row.address_hash)
            .where("created_at", ">", limit.since)
            .where("kind", "in", inList(limit.kinds))
            .executeTakeFirstOrThrow();
          if (sent >= limit.max) return false;
        }
        await trx
          .insertInto("mail_message")
          .values({ ...row, due_at: row.created_at })
          .execute();
        return true;
      }),

    /** Leases up to `limit` messages that are due. No other process gets them before `until`. */
    async lease(limit: number, at: number, until: number): Promise<MailJob[]> {
      // Read first: the queue is usually empty, and a read does not block other writers.
      if (!(await due(at).limit(1).executeTakeFirst())) return [];
      return query()
        .updateTable("mail_message")
        .set((eb) => ({ attempts: eb("attempts", "+", 1), due_at: until }))
        .where("seq", "in", skipLocked(due(at).orderBy("due_at").orderBy("seq").limit(limit)))
        .returning(["seq", "kind", "content", "attempts", "created_at", "expires_at"])
        .execute();
    },

    /** Records the outcome of a message unless another process leased it since. A final outcome removes the content. */
    async settle(job: MailJob, outcome: MailOutcome, at: number): Promise<void> {
      await query()
        .updateTable("mail_message")
        .set(
          outcome.status === "queued"
            ? { ...outcome, finished_at: null }
            : { ...outcome, finished_at: at, content: "" },
        )
        .where("seq", "=", job.seq)
        .where("attempts", "=", job.attempts)
        .where("status", "=", "queued")
        .execute();
    },

    async sweep(before: number): Promise<void> {
      await query().deleteFrom("mail_message").where("finished_at", "<", before).execute();
    },
  };
}

export type MailStore = ReturnType<typeof createMailStore>;
