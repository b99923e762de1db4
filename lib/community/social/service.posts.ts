/** The community's posts: everybody of the community writes and likes them; authors change and delete their own, staff delete any. */

import type { Actor, UserActor } from "@/lib/core/actor";
import { describeAct } from "@/lib/core/acts";
import { type Clock, iso, isoOrNull } from "@/lib/core/clock";
import { AppError, invalid } from "@/lib/core/errors";
import { cutText } from "@/lib/core/format/text";
import { rowsOf, shownPage } from "@/lib/core/pages";
import { personOf } from "@/lib/identity/accounts";
import { IMAGE_BYTES, type Post } from "./contract";
import { asMember, type DemandMember } from "./service.members";
import type { Picture, PostRow, PostStore } from "./store.posts";

type Deps = {
  store: PostStore;
  demandMember: DemandMember;
  earn: (actor: UserActor, activity: "message_sent") => Promise<void>;
  /** Detects the type of a picture from its bytes; undefined for anything else. */
  typeOf: (bytes: Buffer) => Promise<string | undefined>;
  now: Clock;
};

const NAME_MAX = 60;

const isStaff = ({ role }: UserActor) => role !== "user";
const missing = () => new AppError("NOT_FOUND", "No such post");
const targetOf = (id: number, content: string) => ({ type: "post", id, name: cutText(content, NAME_MAX) });

function postOf(row: PostRow, reader: UserActor): Post {
  const { user_id, display_name, avatar_url } = personOf(row);
  const isOwn = row.user_id === reader.user_id;
  return {
    ...{ id: row.id, post_id: row.id, content: row.content, is_announcement: row.is_announcement === 1 },
    ...{ author_id: user_id, author_name: display_name, author_avatar: avatar_url },
    ...{ created_at: iso(row.created_at), edited_at: isoOrNull(row.edited_at) },
    image_url: row.image === null ? null : `/api/community_posts/images/${row.id}`,
    ...{ like_count: row.likes, has_liked: row.liked > 0 },
    ...{ can_edit: isOwn, can_delete: isOwn || isStaff(reader) },
  };
}

/** @throws NOT_FOUND */
async function demandPost({ store }: Pick<Deps, "store">, reader: UserActor, id: number): Promise<PostRow> {
  const row = await store.find(reader.user_id, id);
  if (!row) throw missing();
  return row;
}

/** @throws NOT_FOUND */
const shown = async (deps: Deps, reader: UserActor, id: number): Promise<Post> =>
  postOf(await demandPost(deps, reader, id), reader);

/** @throws INVALID_INPUT it is no picture, or too large */
async function pictureOf({ typeOf }: Deps, text: string): Promise<Picture> {
  const bytes = Buffer.from(text.replace(/^data:[\w/+.-]*;base64,/, ""), "base64");
  if (bytes.length > IMAGE_BYTES) throw invalid("image_data", `must be at most ${IMAGE_BYTES} bytes`);
  const type = await typeOf(bytes);
  if (type === undefined) throw invalid("image_data", "must be a JPEG, PNG, GIF or WebP picture in base64");
  return { type, data: bytes.toString("base64") };
}

/** Reading posts, and liking them. Every function throws FORBIDDEN for people who are no members. */
function createReading(deps: Deps) {
  const { store, demandMember, now } = deps;
  return {
    async list(actor: Actor, query: { limit: number; offset: number; cursor?: string }) {
      const reader = await asMember(demandMember, actor);
      const { total, ...found } = await store.page(reader.user_id, query);
      const { items, next_cursor } = shownPage(found, (row) => postOf(row, reader));
      return { posts: rowsOf(items), total, next_cursor };
    },

    /** @throws NOT_FOUND */
    async toggleLike(actor: Actor, id: number) {
      const { user_id } = await asMember(demandMember, actor, "operate");
      const liked = await store.toggleLike(id, user_id, now());
      if (!liked) throw missing();
      return { success: true as const, ...liked };
    },

    /** @throws NOT_FOUND */
    async likes(actor: Actor, id: number) {
      const post = await demandPost(deps, await asMember(demandMember, actor), id);
      const likes = (await store.listLikes(id)).map(personOf);
      return { success: true as const, likes, like_count: post.likes, has_liked: post.liked > 0 };
    },

    /** @throws NOT_FOUND no such post, or one without a picture */
    async image(actor: Actor, id: number): Promise<{ type: string; bytes: Buffer }> {
      await asMember(demandMember, actor);
      const found = await store.findImage(id);
      if (!found) throw new AppError("NOT_FOUND", "This post has no picture");
      return { type: found.type, bytes: Buffer.from(found.data, "base64") };
    },
  };
}

/** Writing posts. Every function throws FORBIDDEN for people who are no members. */
function createWriting(deps: Deps) {
  const { store, demandMember, earn, now } = deps;
  return {
    /** @throws FORBIDDEN an announcement by somebody who is no staff · INVALID_INPUT the picture */
    async create(actor: Actor, input: { content: string; is_announcement: boolean; image_data?: string }) {
      const author = await asMember(demandMember, actor, "operate");
      if (input.is_announcement && !isStaff(author))
        throw new AppError("FORBIDDEN", "Only staff may post announcements");
      const picture = input.image_data === undefined ? undefined : await pictureOf(deps, input.image_data);
      const { content, is_announcement } = input;
      const row = { user_id: author.user_id, content, is_announcement: is_announcement ? 1 : 0, created_at: now() };
      const id = await store.add(row, picture);
      await earn(author, "message_sent");
      return {
        success: true as const,
        post_id: id,
        created_at: iso(row.created_at),
        post: await shown(deps, author, id),
      };
    },

    /** @throws NOT_FOUND · FORBIDDEN somebody else's post */
    async update(actor: Actor, id: number, { content }: { content: string }) {
      const author = await asMember(demandMember, actor, "operate");
      const post = await demandPost(deps, author, id);
      describeAct({ target: targetOf(id, post.content), before: { content: post.content }, after: { content } });
      if (post.user_id !== author.user_id) throw new AppError("FORBIDDEN", "Only its author may change a post");
      if (!(await store.edit(id, author.user_id, content, now()))) throw missing();
      return { success: true as const, post: await shown(deps, author, id) };
    },

    /** @throws NOT_FOUND · FORBIDDEN somebody else's post, for people who are no staff */
    async remove(actor: Actor, id: number) {
      const user = await asMember(demandMember, actor, "operate");
      const post = await demandPost(deps, user, id);
      describeAct({ target: targetOf(id, post.content), before: { content: post.content } });
      if (post.user_id !== user.user_id && !isStaff(user))
        throw new AppError("FORBIDDEN", "Only its author and staff may delete a post");
      if (!(await store.remove(id))) throw missing();
      return { success: true as const };
    },
  };
}

export const createPosts = (deps: Deps) => ({ ...createReading(deps), ...createWriting(deps) });
