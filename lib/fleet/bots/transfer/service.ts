/**
 * Gives bots to other teams. The bot goes at once. Its commands, logs and messages name their team as well, and there may be
 * millions of them, so they follow in the background; lists over several bots leave them out until then.
 */
import { type Actor, asUser } from "@/lib/core/actor";
import { describeAct, withoutAct } from "@/lib/core/acts";
import type { Clock } from "@/lib/core/clock";
import { AppError, invalid } from "@/lib/core/errors";
import { logger } from "@/lib/core/log/logger";
import { actorFields, logSecurity } from "@/lib/core/log/security-log";
import type { Quotas } from "@/lib/core/quotas";
import type { Bot } from "@/lib/fleet/bots/contract";
import { type Access, noBot } from "@/lib/fleet/bots/service.access";
import type { Announce } from "@/lib/fleet/bots/service.common";
import type { BotStore } from "@/lib/fleet/bots/store";
import { findAccount, isActiveAdmin } from "@/lib/identity/accounts";
import { demandTeam } from "@/lib/identity/teams";
import { FIRST_TEAM } from "@/lib/identity/teams/contract.constants";

type Deps = {
  store: Pick<BotStore, "move" | "moving" | "moved" | "onMove" | "ownedBy">;
  quotas: Pick<Quotas, "of">;
  access: Pick<Access, "readRow">;
  announce: Announce;
  /** Drops the cached entries of the bot and its token. */
  forget: (botId: string) => void;
  now: Clock;
};
export type Receiver = { team_id?: number; user_id?: number; username?: string };
/** Gives another room's rows of a bot to the team that owns it, a slice at a time. */
type MoveRows = (botId: string) => Promise<void>;

/** The longest that a reply waits for the rows, so that those of most bots are in all lists by then. */
const PATIENCE_MS = 200;

/** @throws AppError INVALID_INPUT unless exactly one of the fields is set */
function demandOne({ team_id, user_id, username }: Receiver): void {
  if ([team_id, user_id, username].filter((one) => one !== undefined).length !== 1)
    throw invalid("username", "name either a person (user_id or username) or a team (team_id)");
}

/**
 * Refuses to give a bot to an admin, unless an admin does so: bots of admins read the configuration of the server, and whoever
 * gives a bot away still knows its token.
 *
 * @throws AppError FORBIDDEN
 */
async function refuseRaising(actor: Actor, receiver: { id: number; username: string }): Promise<void> {
  const mayRaise = actor.kind === "user" && (actor.role === "admin" || actor.user_id === receiver.id);
  if (!mayRaise && (await isActiveAdmin(receiver.id)))
    throw new AppError("FORBIDDEN", `Only an admin gives a bot to an admin: ask ${receiver.username} to take it over`);
}

/**
 * Returns the id of the team that gets a bot.
 *
 * @throws AppError INVALID_INPUT, NOT_FOUND
 * @throws AppError FORBIDDEN the caller is no maintainer of the team, or the person is an admin and the caller none
 */
async function receivingTeam(actor: Actor, to: Receiver): Promise<number> {
  demandOne(to);
  const { team_id, user_id, username } = to;
  if (team_id !== undefined) demandTeam(actor, team_id, "maintainer", "admin");
  if (team_id !== undefined && team_id >= FIRST_TEAM) return team_id;
  const found = await findAccount({ user_id: team_id ?? user_id, username });
  if (!found) throw new AppError("NOT_FOUND", `No user ${username ?? team_id ?? user_id}`);
  await refuseRaising(actor, found);
  return found.id;
}

function createRows({ store }: Pick<Deps, "store">) {
  const movers: MoveRows[] = [];
  const underway = new Map<string, Promise<void>>();

  function finish({ bot_id, at }: { bot_id: string; at: number }): Promise<void> {
    const key = `${bot_id} ${at}`;
    const known = underway.get(key);
    if (known) return known;
    const work = (async () => {
      for (const moveRows of movers) await moveRows(bot_id);
      await store.moved(bot_id, at);
    })().finally(() => underway.delete(key));
    underway.set(key, work);
    return work;
  }

  return {
    onRowsMove: (mover: MoveRows): void => void movers.push(mover),
    finish,
    /** Background work: continues moves that were interrupted. */
    async finishMoves(): Promise<void> {
      for (const move of await store.moving()) await finish(move);
    },
  };
}

export function createTransfers({ store, quotas, access, announce, forget, now }: Deps) {
  const { finish, ...rows } = createRows({ store });

  async function move(actor: Actor, botId: string, from: number, to: number): Promise<Bot> {
    const at = now();
    const quota = await quotas.of("bots", to);
    const after = await store.move({ id: botId, from, to, at, most: quota.max });
    if (after === "no-bot") throw noBot(botId);
    if (after === "elsewhere") throw new AppError("CONFLICT", "Someone else has just given this bot to another team");
    if (after === "full") throw await quota.reached(actor);
    forget(botId);
    const bot = await announce("bot.moved", botId);
    for (const act of after) await act();
    logSecurity("bot_transferred", { ...actorFields(actor), bot_id: botId, from, to });
    const done = finish({ bot_id: botId, at });
    // If it fails half-way, finishMoves() continues it.
    done.catch((error: unknown) => logger.warn({ err: error, bot_id: botId }, "rows of a moved bot were not updated"));
    await Promise.race([done.catch(() => {}), new Promise((resolve) => setTimeout(resolve, PATIENCE_MS).unref())]);
    return bot;
  }

  return {
    ...rows,
    /** Registers a function that changes another room's rows in the transaction of a move. */
    onMove: store.onMove,
    /** Returns the team that gets bots, by its id or that of a person. @throws AppError NOT_FOUND, FORBIDDEN as for `transfer` */
    receiver: (actor: Actor, id: number): Promise<number> =>
      receivingTeam(actor, id < FIRST_TEAM ? { user_id: id } : { team_id: id }),

    /**
     * Gives a bot to another team, or to a person.
     *
     * @throws AppError NOT_FOUND, FORBIDDEN  the bot is not the caller's to give, or the team not one that the caller maintains
     * @throws AppError CONFLICT  it belongs to that team already, waits to be adopted, or the team has too many
     */
    async transfer(actor: Actor, botId: string, receiver: Receiver): Promise<Bot> {
      asUser(actor, "admin");
      const { team_id: from, name } = await access.readRow(actor, botId, "owner");
      const to = await receivingTeam(actor, receiver);
      describeAct({ target: { type: "bot", id: botId, name }, before: { team_id: from }, after: { team_id: to } });
      if (from === null) throw new AppError("CONFLICT", "This bot waits to be adopted: adopt it instead");
      if (from === to) throw new AppError("CONFLICT", "The bot belongs to this person or team already");
      return move(actor, botId, from, to);
    },

    /** Gives all bots of a team to another one. @throws AppError CONFLICT that team would own too many */
    moveAllOf: (actor: Actor, from: number, to: number): Promise<void> =>
      withoutAct(async () => {
        if (from === to) throw new AppError("CONFLICT", "Name somebody else: this account is being deleted");
        for (const id of await store.ownedBy(from)) await move(actor, id, from, to);
      }),
  };
}
