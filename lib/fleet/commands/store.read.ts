/** Reads commands for people and for other rooms. */
import type { ExpressionBuilder } from "kysely";
import type { Tables } from "@/generated/tables";
import { firstRows, inList, query, readPage, sql } from "@/lib/core/db";
import type { Cursor, Page } from "@/lib/core/pages";
import { deletingBots, hiddenBots, isVisible } from "@/lib/fleet/bots";
import type { VisibleBots } from "@/lib/identity/access";
import type { Command } from "./contract";
import type { Cause } from "./service.deps";
import { COLUMNS, type CommandRow, type Sent, type SentRow, toCommand, toSent } from "./store.rows";

type Filter = {
  bot_id?: string;
  bot_ids?: readonly string[];
  /** The bots that the reader may see; undefined for every bot. */
  visible?: VisibleBots;
  status?: Command["status"];
  reason?: Cause;
  type?: string;
};
type Range = { order: "asc" | "desc"; after: Cursor | undefined; limit: number };

/** Partial indexes answer statements that name the status in their text, not in a parameter. */
const PENDING = sql.lit("pending");
const FAILED = sql.lit("failed");

/**
 * Conditions for a status. Most commands of a bot or an owner are completed, so their own index in the order of the list
 * finds those quickly. The condition is negative there, because SQLite would otherwise prefer the index of everybody's
 * completed commands.
 */
const hasStatus = (eb: ExpressionBuilder<Tables, "command">, status: Command["status"], isOfAll: boolean) =>
  status === "completed" && !isOfAll
    ? [eb("status", "<>", PENDING), eb("status", "<>", FAILED)]
    : [eb("status", "=", sql.lit(status))];

/** The condition on failed commands that a cause stands for. A command that its bot reported as failed has no reason. */
const failedBy = (cause: Cause) => (eb: ExpressionBuilder<Tables, "command">) => {
  if (cause === "reported") return eb.and([eb("status", "=", FAILED), eb("reason", "is", null)]);
  if (cause !== "not_cancelled") return eb("reason", "=", cause);
  return eb.and([eb("status", "=", FAILED), eb.or([eb("reason", "is", null), eb("reason", "<>", "cancelled")])]);
};

/** Selects the commands that match the filter, without columns. */
function matching({ bot_id, bot_ids, visible, status, reason, type }: Filter) {
  const isOfAll = bot_id === undefined && bot_ids === undefined && visible === undefined;
  return query()
    .selectFrom("command")
    .$if(bot_id !== undefined, (commands) => commands.where("bot_id", "=", bot_id!))
    .$if(bot_ids !== undefined, (commands) => commands.where("bot_id", "in", inList(bot_ids!)))
    .$if(visible !== undefined, (commands) => commands.where(isVisible(visible!, "command.owner_id", "command.bot_id")))
    .$if(status !== undefined, (commands) => commands.where((eb) => eb.and(hasStatus(eb, status!, isOfAll))))
    .$if(reason !== undefined, (commands) => commands.where(failedBy(reason!)))
    .$if(Boolean(type), (commands) => commands.where("type", "=", type!))
    .where("bot_id", "not in", visible === undefined ? deletingBots() : hiddenBots());
}

/**
 * The commands that match a filter, as one query for each team and bot in its scope: each has an index in the order of the list.
 */
function eachMatching({ visible, ...filter }: Filter) {
  if (!visible || filter.bot_id !== undefined || filter.bot_ids !== undefined)
    return [matching({ visible, ...filter })];
  const { teams, bots } = visible;
  return [
    ...teams.map((id) => matching({ ...filter, visible: { teams: [id], bots: [] } })),
    // A bot of one of the teams is left out, because its commands are there already.
    ...bots.map((bot_id) =>
      matching({ ...filter, bot_id }).where((eb) =>
        eb.or([eb("owner_id", "is", null), eb("owner_id", "not in", [...teams])]),
      ),
    ),
  ];
}

export function createReader() {
  const rows = () => query().selectFrom("command").select(COLUMNS).$castTo<CommandRow>();

  return {
    async find(id: string): Promise<Command | undefined> {
      const row = await rows().where("id", "=", id).executeTakeFirst();
      return row && toCommand(row);
    },

    /** A command, and where it was sent from. */
    async findSent(id: string): Promise<Sent | undefined> {
      const row = await rows().select("origin").where("id", "=", id).executeTakeFirst();
      return row && toSent(row);
    },

    /** The oldest pending commands of a bot, leased or not, without leasing them. */
    async peek(botId: string, limit: number): Promise<Command[]> {
      const found = await rows()
        .where("bot_id", "=", botId)
        .where("status", "=", PENDING)
        .orderBy("rank")
        .orderBy("seq")
        .limit(limit)
        .execute();
      return found.map(toCommand);
    },

    /** Lists the commands that match the filter, oldest or newest first. */
    list(filter: Filter, range: Range): Promise<Page<SentRow>> {
      const found = eachMatching(filter).map((commands) => commands.select([...COLUMNS, "origin"]).$castTo<SentRow>());
      return readPage(found, { by: ["seq"], direction: range.order }, range);
    },

    /** Counts the commands that match the filter and are older than `before`, up to `max` of them. */
    async countBefore(filter: Filter, before: number, max: number): Promise<number> {
      const each = eachMatching(filter).map((commands) => commands.select("seq").where("seq", "<", before));
      const older = firstRows(each, { by: ["seq"], direction: "desc" }, max);
      const { commands } = await query()
        .selectFrom(older.as("older"))
        .select((eb) => eb.fn.countAll<number>().as("commands"))
        .executeTakeFirstOrThrow();
      return commands;
    },
  };
}
