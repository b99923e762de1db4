/** The queue of outgoing mail. A lease is a later `due_at`, so what a process that died was sending is due again by itself. */
import { db } from "@/lib/core/db";

export type MailJob = {
  seq: number;
  kind: string;
  /** Sealed. */
  content: string;
  attempts: number;
  created_at: number;
  expires_at: number | null;
};
export type NewMail = Omit<MailJob, "seq" | "attempts"> & { id: string; address_hash: string };
export type MailOutcome = { status: "sent" | "failed" | "dropped" | "queued"; error: string | null; due_at: number };
/** At most `max` messages of `kinds` to one address since `since`. */
export type MailLimit = { kinds: readonly string[]; max: number; since: number };

export function createMailStore() {
  return {
    /** Is this the address of an account whose owner has shown that it is theirs? */
    async isVerified(address: string): Promise<boolean> {
      const rows = await db().all(
        'SELECT 1 AS one FROM "user" WHERE lower(email) = lower($1) AND email_verified IS NOT NULL LIMIT 1',
        [address],
      );
      return rows.length > 0;
    },

    /** @returns false when `limit` is reached: nothing was queued */
    async add(row: NewMail, limit: MailLimit | undefined): Promise<boolean> {
      return db().write(async (tx) => {
        if (limit) {
          // Without the lock, two transactions at once would each miss the other's message in the count.
          if (tx.provider === "postgresql")
            await tx.all("SELECT pg_advisory_xact_lock(hashtext($1))", [`mail:${row.address_hash}`]);
          const kinds = limit.kinds.map((kind) => `'${kind}'`).join(", ");
          const [found] = await tx.all<{ n: number }>(
            `SELECT count(*) AS n FROM mail_message WHERE address_hash = $1 AND created_at > $2 AND kind IN (${kinds})`,
            [row.address_hash, limit.since],
          );
          if (found!.n >= limit.max) return false;
        }
        await tx.run(
          `INSERT INTO mail_message (id, kind, address_hash, content, created_at, due_at, expires_at)
           VALUES ($1, $2, $3, $4, $5, $5, $6)`,
          [row.id, row.kind, row.address_hash, row.content, row.created_at, row.expires_at],
        );
        return true;
      });
    },

    /** Takes up to `limit` messages that are due; nobody else is given them before `until`. */
    async lease(limit: number, at: number, until: number): Promise<MailJob[]> {
      const due = "status = 'queued' AND due_at <= $1";
      // Read first: the queue is usually empty, and a read does not block other writers.
      if ((await db().all(`SELECT 1 AS one FROM mail_message WHERE ${due} LIMIT 1`, [at])).length === 0) return [];
      return db().write((tx) =>
        tx.all<MailJob>(
          `UPDATE mail_message SET attempts = attempts + 1, due_at = $2 WHERE seq IN (
             SELECT seq FROM mail_message WHERE ${due} ORDER BY due_at, seq LIMIT $3
             ${tx.provider === "postgresql" ? "FOR UPDATE SKIP LOCKED" : ""})
           RETURNING seq, kind, content, attempts, created_at, expires_at`,
          [at, until, limit],
        ),
      );
    },

    /** Records the outcome of a message unless another process leased it since. A final outcome removes the content. */
    async settle(job: MailJob, { status, error, due_at }: MailOutcome, at: number): Promise<void> {
      const finished = status === "queued" ? null : at;
      await db().run(
        `UPDATE mail_message SET status = $3, error = $4, due_at = $5, finished_at = $6,
           content = CASE WHEN $3 = 'queued' THEN content ELSE '' END
         WHERE seq = $1 AND attempts = $2 AND status = 'queued'`,
        [job.seq, job.attempts, status, error, due_at, finished],
      );
    },

    async sweep(before: number): Promise<void> {
      await db().run("DELETE FROM mail_message WHERE finished_at < $1", [before]);
    },
  };
}

export type MailStore = ReturnType<typeof createMailStore>;
