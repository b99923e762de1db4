/** Sub-selects over the log table for rooms that watch logs, so that only this room names its columns. */
import { query, sql } from "@/lib/core/db";
import { hiddenBots } from "@/lib/fleet/bots";

/** The types of log that report an error, in lower case. */
export const ERROR_TYPES = ["error", "critical", "fatal"] as const;

/** Selects the newest `rows` logs. New logs have the highest seq, so an index finds them. */
const newest = (rows: number) =>
  query()
    .selectFrom("log as l")
    .where("l.seq", ">", (eb) =>
      eb.selectFrom("log").select(({ fn }) => sql<number>`coalesce(${fn.max("seq")}, 0) - ${rows}`.as("seq")),
    );

/** Selects the errors among the newest `rows` logs, without those of bots that lists leave out. */
export const recentErrors = (rows: number) =>
  newest(rows)
    .select(["l.bot_id", "l.owner_id", "l.at"])
    .where(({ fn }) => fn<string>("lower", ["l.type"]), "in", ERROR_TYPES)
    .where("l.bot_id", "not in", hiddenBots());

/** Selects when the oldest of the newest `rows` logs arrived; `last` is the number of logs ever sent. */
export const recentLogReach = (rows: number) =>
  query().selectNoFrom((eb) => [
    newest(rows).select("l.at").orderBy("l.seq").limit(1).as("first"),
    eb
      .selectFrom("log")
      .select(({ fn }) => fn.coalesce(fn.max("seq"), sql.lit(0)).as("seq"))
      .$asScalar()
      .as("last"),
  ]);
