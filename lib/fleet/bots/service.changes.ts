/** Changes that people make to their bots: creating a bot, changing its fields, replacing its settings. */

import type { Actor } from "@/lib/core/actor";
import { describeAct } from "@/lib/core/acts";
import type { Emit } from "@/lib/core/bus";
import { invalid } from "@/lib/core/errors";
import { readJson } from "@/lib/core/format/json";
import { staleUpdate } from "@/lib/core/versions";
import { owningTeam } from "@/lib/identity/teams";
import type { BotChange } from "./contract";
import type { Access } from "./service.access";
import type { Announce, InsertBot } from "./service.common";
import type { BotStore } from "./store";
import { CHANGE_FIELDS, toBot } from "./store.rows";

type Deps = {
  store: Pick<BotStore, "update" | "putSettings">;
  access: Pick<Access, "readRow" | "fresh">;
  insert: InsertBot;
  announce: Announce;
  emit: Emit;
  newBotId: () => string;
};

const targetOf = ({ id, name }: { id: string; name: string }) => ({ type: "bot", id, name });
const pick = (bot: ReturnType<typeof toBot>) => Object.fromEntries(CHANGE_FIELDS.map((field) => [field, bot[field]]));

export function createChanges({ store, access, insert, announce, emit, newBotId }: Deps) {
  /**
   * Makes a bot of the personal team, or of another one that the caller maintains.
   *
   * @throws AppError CONFLICT   the team owns too many bots
   * @throws AppError NOT_FOUND, FORBIDDEN  as `owningTeam`
   */
  async function create(
    actor: Actor,
    { team_id, ...input }: { name: string; metadata: Record<string, unknown>; team_id?: number },
  ) {
    const team = await owningTeam(actor, team_id, "operate");
    const id = newBotId();
    const token = await insert(actor, {
      ...{ id, team_id: team, ...input, status: "offline", origin: "created" },
      ...{ unclaimed_until: null, claim_code: null, joined_from: null },
    });
    await announce("bot.registered", id);
    return { bot_id: id, token: token! };
  }

  /**
   * Changes the given fields.
   *
   * @param edited  the version on which the change is based; the change is refused if another version is stored
   * @returns the new version
   * @throws AppError CONFLICT  another version is stored
   */
  async function update(actor: Actor, botId: string, change: BotChange, edited?: number): Promise<number> {
    const before = toBot(await access.readRow(actor, botId, "maintainer"));
    if (CHANGE_FIELDS.every((field) => change[field] === undefined))
      throw invalid("name", `send ${CHANGE_FIELDS.join(" or ")}`);
    const after = Object.fromEntries(CHANGE_FIELDS.map((field) => [field, change[field] ?? before[field]]));
    describeAct({ target: targetOf(before), before: pick(before), after });
    const version = await store.update(botId, change, edited);
    if (version === undefined) {
      const stored = toBot(await access.readRow(actor, botId, "maintainer"));
      const value = Object.fromEntries(CHANGE_FIELDS.map((field) => [field, stored[field]]));
      throw staleUpdate("The bot", { version: stored.version, value }, edited!, { ...value, ...change });
    }
    await announce("bot.updated", botId);
    return version;
  }

  async function settings(actor: Actor, botId: string) {
    const row = await access.readRow(actor, botId, "viewer");
    return { settings: readJson(row.settings) as Record<string, unknown>, version: row.settings_version };
  }

  /** Replaces the settings. @param edited as for `update` @throws AppError CONFLICT another version is stored */
  async function putSettings(actor: Actor, botId: string, value: Record<string, unknown>, edited?: number) {
    const row = await access.readRow(actor, botId, "maintainer");
    describeAct({ target: targetOf(row), before: readJson(row.settings) as object, after: value });
    const version = await store.putSettings(botId, JSON.stringify(value), edited);
    if (version === undefined) {
      const stored = await settings(actor, botId);
      throw staleUpdate("The bot's settings", { version: stored.version, value: stored.settings }, edited!, value);
    }
    emit("bot.settings", { bot: access.fresh({ ...row, settings_version: version }), settings: value, version });
    return { settings: value, version };
  }

  return { create, update, settings, putSettings };
}
