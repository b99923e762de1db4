/** The community's posts, their pictures and likes. */

import { describeAct } from "@/lib/core/acts";
import { keepRows, lockName, type Queries, query, readPage, transaction } from "@/lib/core/db";
import { cutText } from "@/lib/core/format/text";
import { afterId } from "@/lib/core/pages";
import { CARD_COLUMNS, type CommunityCard, communityCards } from "@/lib/identity/accounts";
import { IMAGES_MAX, LIKES_MAX, POSTS_MAX } from "./contract";

export type PostRow = CommunityCard & {
  id: number;
  user_id: number;
  content: string;
  is_announcement: number;
  created_at: number;
  edited_at: number | null;
  image: string | null;
  likes: number;
  liked: number;
};
export type Picture = { type: string; data: string };
type NewPost = { user_id: number; content: string; is_announcement: number; created_at: number };

/** Posts as `reader` sees them. */
const posts = (reader: number) =>
  query()
    .selectFrom("social_post as s")
    .innerJoin(communityCards().as("p"), "p.id", "s.user_id")
    .leftJoin("social_image as i", "i.post_id", "s.id")
    .select(["s.id", "s.user_id", "s.content", "s.is_announcement", "s.created_at", "s.edited_at", "i.type as image"])
    .select(CARD_COLUMNS)
    .select((eb) => [
      eb
        .selectFrom("post_like as l")
        .select((one) => one.fn.countAll<number>().as("n"))
        .whereRef("l.post_id", "=", "s.id")
        .as("likes"),
      eb
        .selectFrom("post_like as m")
        .select((one) => one.fn.countAll<number>().as("n"))
        .whereRef("m.post_id", "=", "s.id")
        .where("m.user_id", "=", reader)
        .as("liked"),
    ])
    .$castTo<PostRow>();

async function page(reader: number, { limit, offset, cursor }: { limit: number; offset: number; cursor?: string }) {
  let after = afterId(cursor);
  if (!after && offset > 0) {
    // A page by number begins after the last post of the page before it.
    const last = await query()
      .selectFrom("social_post")
      .select("id")
      .orderBy("id", "desc")
      .limit(1)
      .offset(offset - 1)
      .executeTakeFirst();
    after = [last?.id ?? 0];
  }
  const order = { by: ["s.id"], direction: "desc" as const };
  const [found, { total }] = await Promise.all([readPage(posts(reader), order, { after, limit }), countPosts()]);
  return { ...found, total };
}

const countPosts = () =>
  query()
    .selectFrom("social_post")
    .select((eb) => eb.fn.countAll<number>().as("total"))
    .executeTakeFirstOrThrow();

const find = (reader: number, id: number): Promise<PostRow | undefined> =>
  posts(reader).where("s.id", "=", id).executeTakeFirst();

/** Adds a post, and removes the oldest post and picture beyond what is kept. @returns its id */
const add = (row: NewPost, picture: Picture | undefined): Promise<number> =>
  transaction(async (trx) => {
    await lockName(trx, "social.posts");
    const { id } = await trx.insertInto("social_post").values(row).returning("id").executeTakeFirstOrThrow();
    describeAct({ target: { type: "post", id, name: cutText(row.content, 60) }, after: { content: row.content } });
    if (picture)
      await trx
        .insertInto("social_image")
        .values({ post_id: id, ...picture })
        .execute();
    await trx
      .deleteFrom("social_post")
      .where("id", "<=", (eb) =>
        eb.selectFrom("social_post").select("id").orderBy("id", "desc").limit(1).offset(POSTS_MAX),
      )
      .execute();
    await trx
      .deleteFrom("social_image")
      .where("post_id", "<=", (eb) =>
        eb.selectFrom("social_image").select("post_id").orderBy("post_id", "desc").limit(1).offset(IMAGES_MAX),
      )
      .execute();
    return id;
  });

async function edit(id: number, userId: number, content: string, at: number): Promise<boolean> {
  const { numUpdatedRows } = await query()
    .updateTable("social_post")
    .set({ content, edited_at: at })
    .where("id", "=", id)
    .where("user_id", "=", userId)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

async function remove(id: number): Promise<boolean> {
  const { numDeletedRows } = await query().deleteFrom("social_post").where("id", "=", id).executeTakeFirst();
  return numDeletedRows > 0n;
}

const likesOf = async (queries: Queries, id: number): Promise<number> =>
  (
    await queries
      .selectFrom("post_like")
      .select((eb) => eb.fn.countAll<number>().as("likes"))
      .where("post_id", "=", id)
      .executeTakeFirstOrThrow()
  ).likes;

/** Adds the person's like, or takes it back. @returns undefined when there is no such post */
const toggleLike = (id: number, userId: number, at: number) =>
  transaction(async (trx) => {
    const post = await keepRows(trx.selectFrom("social_post").select("id").where("id", "=", id)).executeTakeFirst();
    if (!post) return undefined;
    const { numDeletedRows } = await trx
      .deleteFrom("post_like")
      .where("post_id", "=", id)
      .where("user_id", "=", userId)
      .executeTakeFirst();
    const has_liked = numDeletedRows === 0n;
    // A second request of the same moment may have added it.
    if (has_liked)
      await trx
        .insertInto("post_like")
        .values({ post_id: id, user_id: userId, at })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    return { has_liked, like_count: await likesOf(trx, id) };
  });

const listLikes = (id: number): Promise<CommunityCard[]> =>
  query()
    .selectFrom("post_like as l")
    .innerJoin(communityCards().as("p"), "p.id", "l.user_id")
    .select(CARD_COLUMNS)
    .where("l.post_id", "=", id)
    .orderBy("l.at", "desc")
    .orderBy("l.user_id")
    .limit(LIKES_MAX)
    .$castTo<CommunityCard>()
    .execute();

const findImage = (id: number): Promise<Picture | undefined> =>
  query().selectFrom("social_image").select(["type", "data"]).where("post_id", "=", id).executeTakeFirst();

export const createPostStore = () => ({ page, find, add, edit, remove, toggleLike, listLikes, findImage });
export type PostStore = ReturnType<typeof createPostStore>;
