/** Tags that people give bots, and counts of bots by tag and by what bots report. */
import { type Actor, asUser, keyBots } from "@/lib/core/actor";
import { describeAct, performStep } from "@/lib/core/acts";
import { distinctTags, keyOf } from "@/lib/core/contract.tag-keys";
import { AppError, invalid } from "@/lib/core/errors";
import { TAGS_MAX } from "@/lib/fleet/bots/contract.constants";
import type { BotFacets } from "@/lib/fleet/bots/contract.tags";
import { type Access, noBot } from "@/lib/fleet/bots/service.access";
import type { Announce } from "@/lib/fleet/bots/service.common";
import type { BotStore } from "@/lib/fleet/bots/store";
import { toBot } from "@/lib/fleet/bots/store.rows";
import { visibleBots } from "@/lib/identity/access";
import type { TagListeners } from "./listeners";
import type { TagChange } from "./store";

type Deps = {
  store: Pick<BotStore, "changeTags" | "countValues" | "countTeams" | "labelSome">;
  access: Pick<Access, "readRow" | "get">;
  announce: Announce;
  listeners: Pick<TagListeners, "checkTags" | "tagsChanged">;
};
type Change = (before: string[]) => string[];
type Outcome = { bot_id: string; status: "changed" | "error"; tags?: string[]; error?: string; code?: string };

/** Builds the service of tags for people, and the work that labels bots. */
export function createTagging({ store, access, announce, listeners }: Deps) {
  /**
   * Replaces a bot's tags. Only people do this: a bot's own credential must not decide who finds it or has access to it.
   *
   * The caller passes what changed on to `listeners`, once for all bots of a request.
   *
   * @throws AppError NOT_FOUND; FORBIDDEN the caller is no maintainer, or a tag is shared and the caller may not share the bot;
   *   INVALID_INPUT too many tags; CONFLICT a shared tag is on too many bots
   */
  async function change(actor: Actor, botId: string, make: Change): Promise<{ after: string[]; change: TagChange }> {
    asUser(actor, "operate");
    const bot = toBot(await access.readRow(actor, botId, "maintainer"));
    const checked = (before: string[]) => {
      const after = distinctTags(make(before));
      if (after.length > TAGS_MAX) throw invalid("tags", `a bot has at most ${TAGS_MAX} tags`);
      return after;
    };
    const target = { type: "bot", id: bot.id, name: bot.name };
    describeAct({ target, before: { tags: bot.tags }, after: { tags: checked(bot.tags) } });
    const changed = await store.changeTags(botId, checked, (trx, tags) => listeners.checkTags(trx, actor, tags));
    if (!changed) throw noBot(botId);
    await announce("bot.updated", botId);
    return changed;
  }

  return {
    /** Returns the tags of a bot. @throws NOT_FOUND */
    async tags(actor: Actor, botId: string) {
      const { tags, reported_tags } = await access.get(actor, botId);
      return { tags, reported_tags };
    },

    /** Replaces the tags of a bot. @throws as `change` */
    async putTags(actor: Actor, botId: string, tags: string[]) {
      const changed = await change(actor, botId, () => tags);
      await listeners.tagsChanged([changed.change]);
      const { reported_tags } = await access.get(actor, botId);
      return { tags: changed.after, reported_tags };
    },

    /** Adds tags to bots, and removes others. Each bot has its own outcome. */
    async changeTags(actor: Actor, { bot_ids, add, remove }: { bot_ids: string[]; add: string[]; remove: string[] }) {
      asUser(actor, "operate");
      const removed = new Set(remove.map(keyOf));
      const make: Change = (before) => [...before.filter((tag) => !removed.has(keyOf(tag))), ...add];
      const [results, changes]: [Outcome[], TagChange[]] = [[], []];
      for (const bot_id of new Set(bot_ids)) {
        try {
          const changed = await performStep("putBotTags", () => change(actor, bot_id, make));
          changes.push(changed.change);
          results.push({ bot_id, status: "changed", tags: changed.after });
        } catch (error) {
          if (!(error instanceof AppError)) throw error;
          results.push({ bot_id, status: "error", error: error.message, code: error.code });
        }
      }
      await listeners.tagsChanged(changes);
      return { results, changed: changes.length };
    },

    /** Counts the bots that the caller may see. A key that is limited to bots counts those. */
    async facets(actor: Actor): Promise<BotFacets> {
      const user = asUser(actor);
      const scope = { visible: visibleBots(user), bot_ids: keyBots(actor) };
      const [tags, platforms, versions, hosts, teams] = await Promise.all([
        store.countValues(scope, "tag"),
        store.countValues(scope, "platform"),
        store.countValues(scope, "version"),
        store.countValues(scope, "host"),
        store.countTeams(scope),
      ]);
      return { tags, platforms, versions, hosts, teams };
    },

    /** Background work: computes labels that an upgrade or a restored backup left out. */
    async labelBots(): Promise<void> {
      while ((await store.labelSome()) > 0);
    },
  };
}
