/** Memes of the app: from the configured sources or the generator, posted to Discord, and voted for. */

import type { Meme, MemeTemplate } from "@/lib/community/feeds/contract";
import { type Actor, asStaff, type UserActor } from "@/lib/core/actor";
import { type Clock, iso } from "@/lib/core/clock";
import { AppError } from "@/lib/core/errors";
import type { Sections } from "@/lib/core/settings/contract";
import { personOf } from "@/lib/identity/accounts";
import { type AppMeme, type PostedMeme, type SentMeme, TEMPLATES_MAX } from "./contract.memes";
import { asMember, type DemandMember } from "./service.members";
import type { SentMemeStore, ShownMeme } from "./store.memes";

type Deps = {
  store: SentMemeStore;
  demandMember: DemandMember;
  earn: (actor: UserActor, activity: "meme_post") => Promise<void>;
  section: <S extends "meme" | "channels" | "daily_meme">(name: S) => Promise<Sections[S]>;
  /** The memes of lib/community/feeds. */
  feeds: {
    random(actor: Actor, query: { subreddit?: string }): Promise<Meme>;
    templates(limit: number, isFresh?: boolean): Promise<{ templates: MemeTemplate[] }>;
    caption(templateId: string, texts: string[]): Promise<string>;
  };
  /** Posts to a channel of Discord, and returns the id of the message. */
  post: (channelId: string, text: string, mentioned?: { roles: string[] }) => Promise<string>;
  now: Clock;
};

const appMemeOf = ({ title, url, author, score, subreddit, permalink, source }: Meme): AppMeme => ({
  ...{ title, url, author, score, subreddit, nsfw: false, permalink, source },
});

const templatesOf = ({ templates }: { templates: MemeTemplate[] }) => ({
  success: true as const,
  templates: templates.map(({ id, name, url, box_count }) => ({ id, name, url, box_count })),
  count: templates.length,
});

const postedOf = (row: ShownMeme): PostedMeme => ({
  ...{ message_id: row.id, title: row.title, image_url: row.url, url: row.url },
  ...{ subreddit: row.subreddit, author: row.author, score: row.score, type: row.kind },
  ...{ posted_by: personOf(row), timestamp: iso(row.sent_at) },
  ...{ upvotes: row.votes, has_upvoted: row.voted > 0 },
});

const missing = () => new AppError("NOT_FOUND", "No such meme was posted through this server");

/** Finding and drawing memes. Every function throws FORBIDDEN for people who are no members. */
function createFinding({ demandMember, section, feeds }: Deps) {
  return {
    async sources(actor: Actor) {
      await asMember(demandMember, actor);
      const { default_subreddits, default_lemmy, meme_sources } = await section("meme");
      const used = <T>(source: "reddit" | "lemmy", names: T[]) => (meme_sources.includes(source) ? names : []);
      const sources = { subreddits: used("reddit", default_subreddits), lemmy: used("lemmy", default_lemmy) };
      return { success: true as const, sources };
    },

    /** @throws INVALID_INPUT a community that is not configured · NOT_FOUND nothing suitable · what the source answers */
    async random(actor: Actor, subreddit?: string) {
      await asMember(demandMember, actor);
      const found = feeds.random(actor, subreddit === undefined ? {} : { subreddit });
      // The parameter has another name here.
      const meme = await found.catch((error: AppError) => {
        if (error.code !== "INVALID_INPUT") throw error;
        throw new AppError("INVALID_INPUT", error.message.replace("subreddit:", "source:"), { field: "source" });
      });
      return { success: true as const, meme: appMemeOf(meme) };
    },

    /** @throws what the template service answers */
    async templates(actor: Actor, isFresh: boolean) {
      await asMember(demandMember, actor, isFresh ? "operate" : "read");
      return templatesOf(await feeds.templates(TEMPLATES_MAX, isFresh));
    },

    /** @throws UNAVAILABLE no account of the template service is set · what it answers */
    async generate(actor: Actor, { template_id, texts }: { template_id: string; texts: string[] }) {
      await asMember(demandMember, actor, "operate");
      return { success: true as const, url: await feeds.caption(template_id, texts) };
    },
  };
}

/** Posting memes to Discord. Every function throws FORBIDDEN for people who are no members. */
function createSending({ store, demandMember, earn, section, feeds, post, now }: Deps) {
  /** @throws CONFLICT while the settings name no channel */
  async function channelOf(kind: PostedMeme["type"]): Promise<string> {
    const daily = kind === "daily" ? (await section("daily_meme")).channel_id : null;
    const id = daily ?? (await section("channels")).meme_channel_id;
    if (id === null) throw new AppError("CONFLICT", "An admin has to set meme_channel_id first");
    return id;
  }

  /** @throws CONFLICT no channel is set · what Discord answers */
  async function send(sender: UserActor, kind: PostedMeme["type"], meme: SentMeme, roles: string[] = []) {
    const channel = await channelOf(kind);
    const source = meme.subreddit && `\n${meme.subreddit}${meme.author && `, by ${meme.author}`}`;
    const mention = roles.map((id) => `<@&${id}> `).join("");
    const message_id = await post(channel, `${mention}**${meme.title}**${source}\n${meme.url}`, { roles });
    const { title, url, subreddit, author, score } = meme;
    const origin = { user_id: sender.user_id, kind, sent_at: now() };
    await store.add({ id: message_id, title, url, subreddit, author, score, ...origin });
    await earn(sender, "meme_post");
    return { success: true as const, message: "Posted to Discord", message_id };
  }

  return {
    /** @throws CONFLICT no channel is set · what Discord answers */
    async send(actor: Actor, meme: SentMeme) {
      return send(await asMember(demandMember, actor, "operate"), "sent", meme);
    },

    /** @throws as `send` */
    async sendGenerated(actor: Actor, { meme_url, template_name }: { meme_url: string; template_name: string }) {
      const sender = await asMember(demandMember, actor, "operate");
      const made = { title: template_name, url: meme_url, author: sender.username, score: 0, subreddit: "" };
      return send(sender, "generated", made);
    },

    /** @throws as `random` and `send` */
    async sendDaily(actor: Actor) {
      const sender = asStaff(actor, "operate");
      // Without a channel nothing is asked of the sources.
      await channelOf("daily");
      const { role_id } = await section("daily_meme");
      return send(sender, "daily", await feeds.random(actor, {}), role_id === null ? [] : [role_id]);
    },
  };
}

/** Posted memes and their votes. Every function throws FORBIDDEN for people who are no members. */
function createVoting({ store, demandMember }: Deps) {
  return {
    async latest(actor: Actor, limit: number) {
      const { user_id } = await asMember(demandMember, actor);
      const memes = limit === 0 ? [] : (await store.latest(user_id, limit)).map(postedOf);
      return { success: true as const, memes, count: memes.length };
    },

    /** @throws NOT_FOUND */
    async toggleVote(actor: Actor, id: string) {
      const { user_id } = await asMember(demandMember, actor, "operate");
      const votes = await store.toggleVote(id, user_id);
      if (!votes) throw missing();
      return {
        success: true as const,
        action: votes.has_upvoted ? ("added" as const) : ("removed" as const),
        ...votes,
      };
    },

    /** @throws NOT_FOUND */
    async reactions(actor: Actor, id: string) {
      const { user_id } = await asMember(demandMember, actor);
      const votes = await store.reactions(id, user_id);
      if (!votes) throw missing();
      return { success: true as const, ...votes, has_discord_upvoted: false as const };
    },
  };
}

export const createMemeBoard = (deps: Deps) => ({
  ...createFinding(deps),
  ...createSending(deps),
  ...createVoting(deps),
});
