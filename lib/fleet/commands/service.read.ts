/** Reads commands for people and bots that may see them. */
import { type Actor, asUser, keyBots } from "@/lib/core/actor";
import { AppError } from "@/lib/core/errors";
import { cutText } from "@/lib/core/format/text";
import { afterNumber, type Listed, rowsOf, shownPage } from "@/lib/core/pages";
import { roleInTeam, seesAll, visibleBots } from "@/lib/identity/access";
import { seesOrigin, senderOf } from "@/lib/identity/audit";
import type { Command } from "./contract";
import { LEFT_MAX } from "./contract.constants";
import type { Cause, Deps } from "./service.deps";
import { type Sent, toSent } from "./store.rows";

type ListQuery = {
  bot_id?: string;
  status?: Command["status"];
  reason?: Cause;
  type?: string;
  limit: number;
  order?: "asc" | "desc";
  cursor?: string;
};

export type Reads = ReturnType<typeof createReads>;

type Names = Pick<Deps, "usernames" | "botTeams">;

/**
 * Adds the sender to each command. Staff and members of the team that owns the bot see everybody's name, people with whom the
 * bot is shared only their own. Bots, which poll, do not get it.
 */
const createSenders =
  ({ usernames = async () => new Map(), botTeams = async () => new Map() }: Names) =>
  async (actor: Actor, found: Sent[]): Promise<Command[]> => {
    if (actor.kind !== "user" || found.length === 0) return found.map(({ command }) => command);
    const teams = seesAll(actor) ? new Map() : await botTeams([...new Set(found.map(({ command }) => command.bot_id))]);
    const isTeammate = (botId: string) => {
      const teamId = teams.get(botId) ?? null;
      return teamId !== null && roleInTeam(actor, teamId) !== null;
    };
    const mayKnow = ({ command: { created_by, bot_id } }: Sent) =>
      created_by !== null && (seesAll(actor) || created_by === actor.user_id || isTeammate(bot_id));
    const ids = [...new Set(found.filter(mayKnow).map(({ command }) => command.created_by!))];
    const names = ids.length === 0 ? new Map<number, string>() : await usernames(ids);
    return found.map((one) => {
      const { command, origin } = one;
      const { created_by } = command;
      const name = mayKnow(one) ? names.get(created_by!) : undefined;
      const sender = senderOf({ created_by, origin }, name ?? null, seesOrigin(actor, created_by));
      return { ...command, ...(name !== undefined && { created_by_name: name }), sender };
    });
  };

export function createReads({ store, bots, ...names }: Deps) {
  const withSenders = createSenders(names);

  /** @throws AppError NOT_FOUND no such command, or its bot is not one the actor may see */
  async function findSent(actor: Actor, commandId: string): Promise<Sent> {
    const missing = () => new AppError("NOT_FOUND", `No command ${cutText(commandId, 64, "")}`);
    const sent = await store.findSent(commandId);
    if (!sent) throw missing();
    await bots.reach(actor, sent.command.bot_id, "viewer").catch((error) => {
      throw error instanceof AppError && error.code === "NOT_FOUND" ? missing() : error;
    });
    return sent;
  }

  /** One command, without its sender. @throws AppError NOT_FOUND as findSent */
  const find = async (actor: Actor, commandId: string): Promise<Command> => (await findSent(actor, commandId)).command;

  /** One command with the name of its sender. @throws AppError NOT_FOUND as findSent */
  async function get(actor: Actor, commandId: string): Promise<Command> {
    const [command] = await withSenders(actor, [await findSent(actor, commandId)]);
    return command!;
  }

  /** The commands that a filter covers: those of a bot, or of every bot the caller may see. */
  const scoped = <F extends { bot_id?: string }>(actor: Actor, filter: F) => ({
    ...filter,
    visible: filter.bot_id === undefined ? visibleBots(asUser(actor)) : undefined,
    bot_ids: filter.bot_id === undefined ? keyBots(actor) : undefined,
  });

  /**
   * A page of commands, newest first unless `order` says otherwise. Without `bot_id` it covers every bot the caller may
   * see.
   */
  async function page(
    actor: Actor,
    { limit, order = "desc", cursor, ...filter }: ListQuery,
  ): Promise<{ items: Listed<Command>[]; next_cursor: string | null }> {
    if (filter.bot_id !== undefined) await bots.reach(actor, filter.bot_id, "viewer");
    const found = await store.list(scoped(actor, filter), { limit, order, after: afterNumber(cursor) });
    const { items, next_cursor } = shownPage(found, toSent);
    const commands = await withSenders(actor, rowsOf(items));
    return { items: items.map(({ cursor }, index) => ({ row: commands[index]!, cursor })), next_cursor };
  }

  /** The commands of a page, as REST lists them. */
  async function list(actor: Actor, query: ListQuery) {
    const { items, next_cursor } = await page(actor, query);
    return { commands: rowsOf(items), count: items.length, next_cursor };
  }

  /** Counts the commands that come after a page of the same filter, up to LEFT_MAX; call it only after `list`. */
  async function countLeft(
    actor: Actor,
    { limit: _limit, order: _order, cursor: _cursor, ...filter }: ListQuery,
    next_cursor: string | null,
  ): Promise<number> {
    const after = afterNumber(next_cursor ?? undefined);
    return after ? store.countBefore(scoped(actor, filter), Number(after[0]), LEFT_MAX) : 0;
  }

  return { find, get, page, list, countLeft };
}
