/** Failed attempts by key, in the database: exact across processes and restarts. */
import { withoutAct } from "@/lib/core/acts";
import { query, type Row } from "@/lib/core/db";

export type Failures = Omit<Row<"login_throttle">, "key">;

const rows = (key: string) => query().updateTable("login_throttle").where("key", "=", key);

async function find(key: string): Promise<Failures | null> {
  const row = await query()
    .selectFrom("login_throttle")
    .select(["failures", "last_at", "locked_until"])
    .where("key", "=", key)
    .executeTakeFirst();
  return row ?? null;
}

/** Writes `next` if the row is still as it was read (`before`). @returns false when somebody else was faster */
async function replace(key: string, before: Failures | null, next: Failures): Promise<boolean> {
  const written = before
    ? await rows(key)
        .set(next)
        .where("failures", "=", before.failures)
        .where("last_at", "=", before.last_at)
        .returning("key")
        .execute()
    : await query()
        .insertInto("login_throttle")
        .values({ key, ...next })
        .onConflict((known) => known.column("key").doNothing())
        .returning("key")
        .execute();
  return written.length > 0;
}

async function clear(key: string): Promise<void> {
  await query().deleteFrom("login_throttle").where("key", "=", key).execute();
}

/** Removes every key that begins with `prefix`, which holds no wildcard. */
async function clearBelow(prefix: string): Promise<void> {
  await query().deleteFrom("login_throttle").where("key", "like", `${prefix}%`).execute();
}

/** Takes one failure back, and the lock if that failure brought it. */
async function takeBack(key: string, unlock: boolean): Promise<void> {
  await rows(key)
    .set((eb) => ({ failures: eb("failures", "-", 1), ...(unlock && { locked_until: null }) }))
    .where("failures", ">", 0)
    .execute();
}

async function sweep(lastBefore: number): Promise<void> {
  await query().deleteFrom("login_throttle").where("last_at", "<", lastBefore).execute();
}

/** A counted attempt is no change of the act that it belongs to: the act may yet be refused. */
const aside =
  <Args extends unknown[], T>(write: (...args: Args) => Promise<T>) =>
  (...args: Args): Promise<T> =>
    withoutAct(() => write(...args));

export const createThrottleStore = () => ({
  find,
  replace: aside(replace),
  clear: aside(clear),
  clearBelow: aside(clearBelow),
  takeBack: aside(takeBack),
  sweep,
});

export type ThrottleStore = ReturnType<typeof createThrottleStore>;
