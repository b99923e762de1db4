/** Shared by the services of the queue: reading commands, and reaching their bots with rights. */

import { type Actor, asUser } from "@/lib/core/actor";
import type { Emit } from "@/lib/core/bus";
import type { Clock } from "@/lib/core/clock";
import { inPlaceOf } from "@/lib/core/cursors";
import { AppError } from "@/lib/core/errors";
import { cutText } from "@/lib/core/format/text";
import type { BotsRoom } from "@/lib/fleet/bots";
import type { CheckBatch } from "@/lib/fleet/manifests";
import { seesAll } from "@/lib/identity/access";
import type { Command } from "./contract";
import type { Delivery } from "./delivery";
import type { CommandStore } from "./store";

export type Deps = {
  store: CommandStore;
  delivery: Delivery;
  bots: Pick<BotsRoom["bots"], "reach" | "seen" | "hasSocket" | "get" | "list">;
  /** The commands that bots declared in their manifests. */
  manifests: {
    check(botId: string, type: string, payload: Record<string, unknown>, batch?: CheckBatch): undefined | Promise<void>;
    /** Shared by the checks of one request to many bots. */
    newBatch(): CheckBatch;
  };
  /** Names of accounts by id. */
  usernames?(ids: number[]): Promise<Map<number, string>>;
  emit: Emit;
  now: Clock;
  newId: () => string;
  /** How many other processes there are. */
  others?: () => number;
  /** Is the bot connected to one of them? */
  connectedElsewhere?: (botId: string) => boolean;
};

export type Reason = NonNullable<Command["reason"]>;

/** A settled command stays what it is; `details.command` is that. */
export const settledAlready = (command: Command) =>
  new AppError("CONFLICT", `Command ${command.id} is already ${command.reason ?? command.status}`, { command });

export type Common = ReturnType<typeof createCommon>;

export function createCommon({ store, bots, usernames = async () => new Map() }: Deps) {
  /** @throws AppError NOT_FOUND no such command, or of a bot the actor may not see */
  async function get(actor: Actor, commandId: string): Promise<Command> {
    const missing = () => new AppError("NOT_FOUND", `No command ${cutText(commandId, 64, "")}`);
    const command = await store.find(commandId);
    if (!command) throw missing();
    await bots.reach(actor, command.bot_id, "read").catch((error) => {
      throw error instanceof AppError && error.code === "NOT_FOUND" ? missing() : error;
    });
    return command;
  }

  /** Adds who sent each: staff may know everybody's name, others their own. */
  async function withSenders(actor: Actor, found: Command[]): Promise<Command[]> {
    if (actor.kind !== "user") return found;
    const mayKnow = (id: number | null): id is number => id !== null && (seesAll(actor) || id === actor.user_id);
    const ids = [...new Set(found.map((command) => command.created_by).filter(mayKnow))];
    if (ids.length === 0) return found;
    const names = await usernames(ids);
    return found.map((command) => {
      const name = command.created_by === null ? undefined : names.get(command.created_by);
      return name === undefined ? command : inPlaceOf(command, { ...command, created_by_name: name });
    });
  }

  /** One command with who sent it. @throws AppError as get */
  async function read(actor: Actor, commandId: string): Promise<Command> {
    const [command] = await withSenders(actor, [await get(actor, commandId)]);
    return command!;
  }

  /** Newest first unless `order` says otherwise, by keyset. Without `bot_id`: over every bot the caller may see. */
  async function list(
    actor: Actor,
    query: {
      bot_id?: string;
      status?: Command["status"];
      reason?: Reason;
      type?: string;
      limit: number;
      order?: "asc" | "desc";
      cursor?: string;
    },
  ) {
    if (query.bot_id !== undefined) await bots.reach(actor, query.bot_id, "read");
    const owner = query.bot_id === undefined && !seesAll(actor) ? asUser(actor).user_id : undefined;
    const { commands, next } = await store.list({
      ...query,
      owner_id: owner,
      beyond: query.cursor === undefined ? undefined : Number(query.cursor),
    });
    return {
      commands: await withSenders(actor, commands),
      count: commands.length,
      next_cursor: next === null ? null : String(next),
    };
  }

  /** The bot a command is addressed to: the actor itself, or one it manages. */
  async function addressed(actor: Actor, commandId: string): Promise<{ id: string; owner_id: number | null }> {
    if (actor.kind === "bot") {
      bots.seen(actor.bot_id);
      return { id: actor.bot_id, owner_id: actor.owner_id };
    }
    return bots.reach(actor, (await get(actor, commandId)).bot_id, "manage");
  }

  return { get, read, list, addressed };
}
