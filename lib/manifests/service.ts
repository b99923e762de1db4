/** Rules of command manifests: who publishes them, what a selection has in common, and payloads checked against them. */

import { isDeepStrictEqual } from "node:util";
import type { Actor } from "@/lib/access";
import type { Bot } from "@/lib/bots/contract";
import type { Emit } from "@/lib/bus";
import { registerCache } from "@/lib/caches";
import { AppError, invalid } from "@/lib/errors";
import type { CommonCommand, Manifest, ManifestCommand } from "./contract";
import { paramsCheck } from "./params";
import type { ManifestStore } from "./store";

type Deps = {
  store: ManifestStore;
  bots: {
    reach(actor: Actor, botId: string, need: "read" | "manage"): Promise<{ id: string; owner_id: number | null }>;
    get(actor: Actor, botId: string): Promise<Bot>;
  };
  emit: Emit;
};

type Check = ReturnType<typeof paramsCheck>;
type Checks = ReadonlyMap<string, Check>;

/** Bots whose checks are kept ready. */
const CACHE_MAX = 20_000;
const DANGERS = ["none", "warn", "destructive"] as const;

export function createManifestService({ store, bots, emit }: Deps) {
  /** By bot; a promise while it is read. An entry removed in between stays removed: what was read may be old. */
  const cache = new Map<string, Checks | Promise<Checks>>();
  registerCache("manifests", { size: () => cache.size, clear: () => cache.clear() });

  /**
   * Replaces the commands a bot says it understands.
   *
   * @throws AppError INVALID_INPUT  `params` of a command is no schema that can be checked; names the command's field
   * @throws AppError NOT_FOUND, FORBIDDEN  not a bot the actor may change
   */
  async function put(actor: Actor, botId: string, commands: ManifestCommand[]): Promise<Manifest> {
    await bots.reach(actor, botId, "manage");
    for (const [index, { params }] of commands.entries()) {
      if (!params) continue;
      try {
        paramsCheck(params);
      } catch (error) {
        throw invalid(`commands.${index}.params`, (error as Error).message);
      }
    }
    await store.put(botId, commands);
    forget(botId);
    emit("bot.manifest", { bot: await bots.get(actor, botId), commands: commands.map((one) => one.name) });
    return { bot_id: botId, published: true, commands };
  }

  /** @throws AppError NOT_FOUND no such bot, or not one the actor may see */
  async function get(actor: Actor, botId: string): Promise<Manifest> {
    await bots.reach(actor, botId, "read");
    const commands = await store.find(botId);
    return { bot_id: botId, published: commands !== null, commands: commands ?? [] };
  }

  /**
   * What all bots of a selection understand, in the order of the first bot's manifest.
   *
   * @throws AppError NOT_FOUND one of the bots is not there, or not one the actor may see
   */
  async function common(actor: Actor, botIds: string[]) {
    for (const botId of botIds) await bots.reach(actor, botId, "read");
    const found = await store.findMany(botIds);
    const unpublished = botIds.filter((id) => !found.get(id));
    const [first = [], ...others] =
      unpublished.length > 0
        ? []
        : botIds.map((id) => new Map(found.get(id)?.map((command) => [command.name, command])));
    const commands: CommonCommand[] = [];
    for (const command of first.values()) {
      const same = others.map((names) => names.get(command.name));
      if (same.every((one) => one !== undefined)) commands.push(merged([command, ...same]));
    }
    return { commands, unpublished, count: commands.length };
  }

  /**
   * Is `payload` one that the bot takes with this command? Names the bot never published pass.
   * Answers nothing, or a promise when the manifest has to be read first.
   *
   * @throws AppError INVALID_INPUT naming the field: `payload.who`
   */
  function check(botId: string, type: string, payload: Record<string, unknown>): undefined | Promise<void> {
    const known = cache.get(botId);
    if (known instanceof Map) return void judge(known, type, payload);
    return (known ? Promise.resolve(known as Promise<Checks>) : load(botId)).then((checks) =>
      judge(checks, type, payload),
    );
  }

  function load(botId: string): Promise<Checks> {
    const loading = store.find(botId).then(checksOf);
    cache.set(botId, loading);
    if (cache.size > CACHE_MAX) cache.delete(cache.keys().next().value as string);
    const current = () => cache.get(botId) === loading;
    loading.then(
      (checks) => void (current() && cache.set(botId, checks)),
      () => void (current() && cache.delete(botId)),
    );
    return loading;
  }

  function forget(botId: string): void {
    cache.delete(botId);
  }

  return { put, get, common, check, forget };
}

const checksOf = (commands: ManifestCommand[] | null): Checks =>
  new Map(commands?.flatMap(({ name, params }) => (params ? [[name, paramsCheck(params)] as const] : [])));

function judge(checks: Checks, type: string, payload: Record<string, unknown>): void {
  const problem = checks.get(type)?.(payload);
  if (!problem) return;
  const field = problem.field ? `payload.${problem.field}` : "payload";
  throw new AppError("INVALID_INPUT", `${field}: ${problem.message} (by what the bot published of ${type})`, {
    field,
    issues: [{ field, message: problem.message }],
  });
}

/** One command of several bots: what holds for every one of them. */
function merged(same: ManifestCommand[]): CommonCommand {
  const { params, ...first } = same[0]!;
  const varies = same.some((one) => !isDeepStrictEqual(one.params, params));
  const timeouts = same.flatMap((one) => one.timeout_s ?? []);
  return {
    ...first,
    ...(params && !varies && { params }),
    ...(timeouts.length > 0 && { timeout_s: Math.max(...timeouts) }),
    danger: DANGERS[Math.max(...same.map((one) => DANGERS.indexOf(one.danger)))]!,
    idempotent: same.every((one) => one.idempotent),
    varies,
  };
}

export type ManifestService = ReturnType<typeof createManifestService>;
