/** Rules of command manifests: who publishes them, what a selection has in common, and payloads checked against them. */

import { isDeepStrictEqual } from "node:util";
import type { Actor } from "@/lib/core/actor";
import type { Emit } from "@/lib/core/bus";
import { registerCache } from "@/lib/core/caches";
import { AppError, invalid } from "@/lib/core/errors";
import { staleUpdate } from "@/lib/core/versions";
import type { BotsRoom } from "@/lib/fleet/bots";
import { type Checks, createChecks } from "./checks";
import type { CommonCommand, Manifest, ManifestCommand } from "./contract";
import { CHECK_STEPS_MAX, type ParamsCheck, paramsCheck } from "./params";
import { type ManifestStore, readCommands } from "./store";

type Deps = {
  store: ManifestStore;
  bots: Pick<BotsRoom["bots"], "reach" | "get">;
  emit: Emit;
};

/**
 * Shared by the checks of one request that sends to many bots: the steps they may take together, and the verdict on
 * a payload of each distinct manifest.
 */
export type CheckBatch = { left: number; verdicts: Map<ParamsCheck, { payload: object; problem: Problem }> };
type Problem = ReturnType<ParamsCheck>;

const BATCH_STEPS_MAX = 5 * CHECK_STEPS_MAX;
/** Text of distinct manifests that one comparison may read. */
const COMPARED_BYTES_MAX = 4_194_304;
const DANGERS = ["none", "warn", "destructive"] as const;

export function createManifestService({ store, bots, emit }: Deps) {
  const cache = createChecks(store);
  registerCache("manifests", { size: cache.size, clear: cache.clear });

  /**
   * Replaces the commands a bot says it understands.
   *
   * @throws AppError INVALID_INPUT  `params` of a command is no schema that can be checked; names the command's field
   * @param edited  the version the manifest was edited from, if it must still be stored
   * @throws AppError NOT_FOUND, FORBIDDEN  not a bot the actor may change
   * @throws AppError CONFLICT  another version is stored
   */
  async function put(actor: Actor, botId: string, commands: ManifestCommand[], edited?: number): Promise<Manifest> {
    await bots.reach(actor, botId, "manage");
    for (const [index, { params }] of commands.entries()) {
      if (!params) continue;
      try {
        paramsCheck(params);
      } catch (error) {
        throw invalid(`commands.${index}.params`, (error as Error).message);
      }
    }
    const version = await store.put(botId, commands, edited);
    if (version === undefined) {
      const stored = await get(actor, botId);
      const value = { commands: stored.commands };
      throw staleUpdate("The manifest", { version: stored.version, value }, edited ?? stored.version, { commands });
    }
    cache.forget(botId);
    emit("bot.manifest", { bot: await bots.get(actor, botId), commands: commands.map((one) => one.name) });
    return { bot_id: botId, published: true, commands, version };
  }

  /** @throws AppError NOT_FOUND no such bot, or not one the actor may see */
  async function get(actor: Actor, botId: string): Promise<Manifest> {
    await bots.reach(actor, botId, "read");
    const { commands, version } = await store.find(botId);
    return { bot_id: botId, published: commands !== null, commands: commands ?? [], version };
  }

  /**
   * Lists the commands that all bots of a selection declare, in the order of the first bot's manifest. @throws AppError
   * NOT_FOUND when a bot does not exist or the actor may not see it
   */
  async function common(actor: Actor, botIds: string[]) {
    for (const botId of botIds) await bots.reach(actor, botId, "read");
    const found = await store.texts(botIds);
    const unpublished = botIds.filter((id) => !found.get(id));
    // Bots of one program publish one text: each distinct one is read and compared once.
    const texts = [...new Set(unpublished.length > 0 ? [] : botIds.map((id) => found.get(id)!))];
    if (texts.reduce((sum, text) => sum + text.length, 0) > COMPARED_BYTES_MAX)
      throw invalid("bot_ids", "these bots published too much to compare: select fewer");
    const [first = new Map<string, ManifestCommand>(), ...others] = texts.map(
      (text) => new Map(readCommands(text).map((command) => [command.name, command])),
    );
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
  function check(
    botId: string,
    type: string,
    payload: Record<string, unknown>,
    batch?: CheckBatch,
  ): undefined | Promise<void> {
    const known = cache.get(botId);
    if (known instanceof Promise) return known.then((checks) => judge(checks, type, payload, batch));
    return void judge(known, type, payload, batch);
  }

  const newBatch = (): CheckBatch => ({ left: BATCH_STEPS_MAX, verdicts: new Map() });

  return { put, get, common, check, newBatch, forget: cache.forget };
}

function judge(checks: Checks, type: string, payload: Record<string, unknown>, batch?: CheckBatch): void {
  const check = checks.get(type);
  const problem = check && verdict(check, payload, batch);
  if (!problem) return;
  const field = problem.field ? `payload.${problem.field}` : "payload";
  throw new AppError("INVALID_INPUT", `${field}: ${problem.message} (by what the bot published of ${type})`, {
    field,
    issues: [{ field, message: problem.message }],
  });
}

/** The problem of a payload; in a batch, one payload is checked once by each manifest, however many bots published it. */
function verdict(check: ParamsCheck, payload: Record<string, unknown>, batch?: CheckBatch): Problem {
  if (!batch) return check(payload);
  const known = batch.verdicts.get(check);
  if (known?.payload === payload) return known.problem;
  const problem = check(payload, batch);
  batch.verdicts.set(check, { payload, problem });
  return problem;
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
