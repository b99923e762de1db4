/**
 * Sub-selects over the command table for rooms that watch or count commands, so that only this room names its columns.
 * Pass a bot as an expression of the outer statement: `eb.ref("b.id")`.
 */
import { type Expression, query, sql } from "@/lib/core/db";
import type { Command } from "./contract";

const pendingOf = (botId: Expression<string>) =>
  query().selectFrom("command as c").where("c.bot_id", "=", botId).where("c.status", "=", sql.lit("pending"));

/** Selects when the longest wait began (epoch ms) among a bot's commands that may be handed out at `at`. */
export const oldestWait = (botId: Expression<string>, at: number) =>
  pendingOf(botId)
    .select((eb) => eb.fn.min<number | null>(eb.fn.coalesce("c.run_at", "c.created_at")).as("since"))
    .where((eb) => eb.or([eb("c.run_at", "is", null), eb("c.run_at", "<=", at)]));

/** Selects since when (epoch ms) the first command in a bot's queue has waited. Reads one row of an index. */
export const queueHead = (botId: Expression<string>) =>
  pendingOf(botId)
    .select((eb) => eb.fn.coalesce("c.run_at", "c.created_at").as("since"))
    .orderBy("c.rank")
    .orderBy("c.seq")
    .limit(1);

/** Selects the newest `rows` commands. New commands have the highest seq, so an index finds them. */
const newest = (rows: number) =>
  query()
    .selectFrom("command as c")
    .where("c.seq", ">", (eb) =>
      eb.selectFrom("command").select(({ fn }) => sql<number>`coalesce(${fn.max("seq")}, 0) - ${rows}`.as("seq")),
    );

/** Selects the failures among the newest `rows` commands. A command that a person cancelled has not failed. */
export const recentFailures = (rows: number) =>
  newest(rows)
    .select(["c.bot_id", "c.owner_id", "c.completed_at as at"])
    .where("c.status", "=", "failed")
    .where((eb) => eb.or([eb("c.reason", "is", null), eb("c.reason", "<>", "cancelled")]))
    .$narrowType<{ at: number }>();

/** Selects when the newest `rows` commands began and stopped waiting; `until` is null while a command still waits. */
export const recentWaits = (rows: number) =>
  newest(rows).select((eb) => [
    ...(["c.bot_id", "c.owner_id", "c.completed_at as until"] as const),
    eb.fn.coalesce("c.run_at", "c.created_at").as("from"),
  ]);

/** Selects when the oldest of the newest `rows` commands was sent; `last` is the number of commands ever sent. */
export const recentReach = (rows: number) =>
  query().selectNoFrom((eb) => [
    newest(rows).select("c.created_at").orderBy("c.seq").limit(1).as("first"),
    eb
      .selectFrom("command")
      .select(({ fn }) => fn.coalesce(fn.max("seq"), sql.lit(0)).as("seq"))
      .$asScalar()
      .as("last"),
  ]);

/** Selects the state of commands, by `id`. */
export const commandStates = () =>
  query()
    .selectFrom("command as c")
    .select(["c.id", "c.status", "c.reason"])
    .$narrowType<{ status: Command["status"]; reason: Command["reason"] }>();
