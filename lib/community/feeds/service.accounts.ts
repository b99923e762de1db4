/** Rocket League accounts that people link as their own, for document 003's mobile app. Each is a tracked player of theirs. */
import { type Actor, asStaff, asUser } from "@/lib/core/actor";
import { describeAct, withoutAct } from "@/lib/core/acts";
import { isoOrNull } from "@/lib/core/clock";
import { AppError } from "@/lib/core/errors";
import { readJson } from "@/lib/core/format/json";
import { type AccountsRoom, personOf } from "@/lib/identity/accounts";
import type { Platform, Ranks, TrackedPlayer } from "./contract";
import { compareRanks, rankName, rankTexts } from "./ranks";
import type { LinkedPlayer, LinkStore } from "./store.accounts";

type Deps = {
  store: LinkStore;
  track: (actor: Actor, input: { platform: Platform; username: string }) => Promise<TrackedPlayer>;
  accounts: Pick<AccountsRoom["accounts"], "demandMember" | "memberNamed">;
  /** The channel of Discord for ranks; null while the settings name none. */
  channel: () => Promise<string | null>;
  post: (channelId: string, text: string) => Promise<string>;
};

const ranksOf = (player: LinkedPlayer) => rankTexts(readJson<Ranks>(player.ranks));
const noneLinked = () => new AppError("NOT_FOUND", "No Rocket League account is linked");

/** Posting ranks to Discord. */
const createPosting = ({ store, accounts, channel, post }: Deps) => ({
  /** @throws CONFLICT no account is linked, or no channel is set · what Discord answers */
  async postStats(actor: Actor) {
    const { user_id, username } = asUser(actor, "operate");
    await accounts.demandMember(actor);
    const player = await store.findLinked(user_id);
    if (!player) throw new AppError("CONFLICT", "Link your Rocket League account first");
    const to = await channel();
    if (to === null) throw new AppError("CONFLICT", "An admin has to set rl_channel_id first");
    const { id, player: name, platform } = player;
    describeAct({ target: { type: "tracked_player", id, name } });
    const lines = Object.entries(ranksOf(player)).map(([playlist, rank]) => `${playlist}: ${rank}`);
    await post(to, `🚀 **${name}** (${platform}), posted by ${username}\n${lines.join("\n") || "No ranks yet"}`);
    return { success: true as const, message: "Posted to Discord" };
  },
});

export function createRankAccounts(deps: Deps) {
  const { store, track } = deps;
  const { demandMember, memberNamed } = deps.accounts;
  async function unlink(userId: number) {
    const player = await store.findLinked(userId);
    if (!player) throw noneLinked();
    const { id, player: name, platform } = player;
    describeAct({ target: { type: "tracked_player", id, name }, before: { platform, username: name } });
    if (!(await store.unlink(userId))) throw noneLinked();
    return { success: true as const, message: `Unlinked ${name}` };
  }

  return {
    /** @throws FORBIDDEN for people who are no staff */
    async list(actor: Actor) {
      asStaff(actor);
      return (await store.listLinked()).map((row) => ({
        ...personOf(row),
        ...{ platform: row.platform, rl_username: row.player },
        ...{ rank_display: ranksOf(row), icon_urls: {}, last_fetched: isoOrNull(row.checked_at) },
      }));
    },

    /** @throws FORBIDDEN for people who are no staff · NOT_FOUND */
    async removeOf(actor: Actor, discordId: string) {
      asStaff(actor, "operate");
      return unlink((await memberNamed(actor, discordId)).user_id);
    },

    /** @throws FORBIDDEN, as every function below, for people who are no members */
    async own(actor: Actor) {
      const { user_id } = asUser(actor);
      await demandMember(actor);
      const player = await store.findLinked(user_id);
      return {
        linked: player !== undefined,
        ...{ platform: player?.platform ?? null, username: player?.player ?? null },
        ...{ ranks: player ? ranksOf(player) : {}, last_fetched: isoOrNull(player?.checked_at ?? null) },
      };
    },

    /** @throws what `track` throws, unless the player is tracked already */
    async link(actor: Actor, { platform, username }: { platform: Platform; username: string }) {
      const { user_id } = asUser(actor, "operate");
      await demandMember(actor);
      if (!(await store.link(user_id, platform, username))) {
        const player = await track(actor, { platform, username });
        // Tracking the player was the act, and its record is stored.
        await withoutAct(() => store.link(user_id, platform, player.username));
      }
      const player = await store.findLinked(user_id);
      if (!player) throw noneLinked();
      return { success: true as const, message: `Linked ${player.player}`, platform, username: player.player };
    },

    /** @throws NOT_FOUND */
    async unlink(actor: Actor) {
      const { user_id } = asUser(actor, "operate");
      await demandMember(actor);
      return unlink(user_id);
    },

    ...createPosting(deps),

    /** The best rank of a person's linked player. Other rooms call it, so it checks no caller. */
    async bestOf(userId: number): Promise<string | null> {
      const player = await store.findLinked(userId);
      const [best] = Object.values(readJson<Ranks>(player?.ranks ?? "{}")).sort((a, b) => compareRanks(b, a));
      return best ? rankName(best) : null;
    },

    /** The last promotions. Other rooms call it, so it checks no caller. */
    rankUps: store.listRankUps,
  };
}
