/** Sub-selects over the log table for rooms that watch it, so that its columns are named in this room alone. */
import { query, sql } from "@/lib/core/db";

/** The types of log that report an error, in lower case. */
export const ERROR_TYPES = ["error", "critical", "fatal"] as const;

/** The newest `rows` logs: the table grows at its end, so that an index finds them. */
const newest = (rows: number) =>
  query()
    .selectFrom("log as l")
    .where("l.seq", ">", (eb) =>
      eb.selectFrom("log").select(({ fn }) => sql<number>`coalesce(${fn.max("seq")}, 0) - ${rows}`.as("seq")),
    );

/** Selects the errors among the newest `rows` logs. */
export const recentErrors = (rows: number) =>
  newest(rows)
    .select(["l.bot_id", "l.owner_id", "l.at"])
    .where(({ fn }) => fn<string>("lower", ["l.type"]), "in", ERROR_TYPES);

/** Selects when the first of the newest `rows` logs arrived; `last` is how many logs there ever were. */
export const recentLogReach = (rows: number) =>
  query().selectNoFrom((eb) => [
    newest(rows).select("l.at").orderBy("l.seq").limit(1).as("first"),
    eb
      .selectFrom("log")
      .select(({ fn }) => fn.coalesce(fn.max("seq"), sql.lit(0)).as("seq"))
      .$asScalar()
      .as("last"),
  ]);
