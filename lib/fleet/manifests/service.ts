/** Publishes and reads command manifests, and finds the commands that all selected bots have in common. */
import { isDeepStrictEqual } from "node:util";
import type { Actor } from "@/lib/core/actor";
import { describeAct } from "@/lib/core/acts";
import type { Emit } from "@/lib/core/bus";
import { invalid } from "@/lib/core/errors";
import { staleUpdate } from "@/lib/core/versions";
import type { BotsRoom } from "@/lib/fleet/bots";
import type { CommonCommand, Manifest, ManifestCommand } from "./contract";
import { paramsCheck } from "./params";
import { createPayloadChecks } from "./service.checks";
import { type ManifestStore, readCommands } from "./store";

type Deps = {
  store: ManifestStore;
  bots: Pick<BotsRoom["bots"], "reach" | "get">;
  emit: Emit;
};

/** The most bytes of distinct manifests that one comparison may read. */
const COMPARED_BYTES_MAX = 4_194_304;
const DANGERS = ["none", "warn", "destructive"] as const;

export function createManifestService({ store, bots, emit }: Deps) {
  const checks = createPayloadChecks(store);

  /**
   * Replaces the commands that a bot declares.
   *
   * @throws AppError INVALID_INPUT  the `params` of a command are not a schema that can be checked; names the command's
   *   field
   * @param edited  the version on which the change is based; the change is refused if another version is stored
   * @throws AppError NOT_FOUND, FORBIDDEN  not a bot the actor may change
   * @throws AppError CONFLICT  another version is stored
   */
  async function put(actor: Actor, botId: string, commands: ManifestCommand[], edited?: number): Promise<Manifest> {
    await bots.reach(actor, botId, "maintainer");
    for (const [index, { params }] of commands.entries()) {
      if (!params) continue;
      try {
        paramsCheck(params);
      } catch (error) {
        throw invalid(`commands.${index}.params`, (error as Error).message);
      }
    }
    // Do not record that a bot publishes its manifest: it does so at each start.
    if (actor.kind !== "bot") {
      const names = (all: readonly ManifestCommand[] | null) => all?.map(({ name }) => name) ?? null;
      const before = { commands: names((await store.find(botId)).commands) };
      describeAct({ target: { type: "bot", id: botId }, before, after: { commands: names(commands) } });
    }
    const version = await store.put(botId, commands, edited);
    if (version === undefined) {
      const stored = await get(actor, botId);
      const value = { commands: stored.commands };
      throw staleUpdate("The manifest", { version: stored.version, value }, edited ?? stored.version, { commands });
    }
    checks.forget(botId);
    emit("bot.manifest", { bot: await bots.get(actor, botId), commands: commands.map((one) => one.name) });
    return { bot_id: botId, published: true, commands, version };
  }

  /** @throws AppError NOT_FOUND no such bot, or not one the actor may see */
  async function get(actor: Actor, botId: string): Promise<Manifest> {
    await bots.reach(actor, botId, "viewer");
    const { commands, version } = await store.find(botId);
    return { bot_id: botId, published: commands !== null, commands: commands ?? [], version };
  }

  /**
   * Lists the commands that all bots of a selection declare, in the order of the first bot's manifest. @throws AppError
   * NOT_FOUND when a bot does not exist or the actor may not see it
   */
  async function common(actor: Actor, botIds: string[]) {
    for (const botId of botIds) await bots.reach(actor, botId, "viewer");
    const found = await store.texts(botIds);
    const unpublished = botIds.filter((id) => !found.get(id));
    // Bots of the same program publish the same text, so each distinct text is read and compared once.
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

  return { put, get, common, ...checks };
}

/** Merges the declarations of one command by several bots into one that holds for all of them. */
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
