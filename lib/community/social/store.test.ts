import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { query } from "@/lib/core/db";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { aStoredUser, openRoom } from "@/tests/db/rooms";
import { IMAGES_MAX } from "./contract";
import { eraseSocial } from "./store.carryover";
import { createSentMemeStore } from "./store.memes";
import { createPostStore } from "./store.posts";
import { createXpStore } from "./store.xp";

describe.each(databases)("the community on $provider", (kind) => {
  let database: TestDatabase;
  const posts = createPostStore();
  const memes = createSentMemeStore();
  const xp = createXpStore();
  beforeAll(async () => {
    database = await openRoom(kind);
    for (const id of [1, 2, 3]) await aStoredUser({ id });
  });
  afterAll(() => database.close());

  const aPost = (user_id = 1, picture?: { type: string; data: string }) =>
    posts.add({ user_id, content: "Hello", is_announcement: 0, created_at: 10 }, picture);
  const aMeme = (id: string, user_id = 1) =>
    memes.add({
      ...{ id, user_id, title: "x", url: "https://x", subreddit: "", author: "", score: 0 },
      ...{ kind: "sent" as const, sent_at: Number(id) },
    });
  const rows = (table: "social_image" | "level_up" | "post_like" | "meme_vote" | "experience") =>
    query().selectFrom(table).selectAll().execute();

  it("keeps the pictures of the newest posts", async () => {
    const picture = { type: "image/png", data: "AA==" };
    const first = await aPost(1, picture);
    for (let n = 0; n < IMAGES_MAX; n++) await aPost(1, picture);
    expect(await rows("social_image")).toHaveLength(IMAGES_MAX);
    expect(await posts.findImage(first)).toBeUndefined();
    expect(await posts.find(1, first)).toMatchObject({ image: null });
  });

  it("lists all posts after a cursor that is larger than any id", async () => {
    const id = await aPost();
    const { rows: found } = await posts.page(1, { limit: 1, offset: 0, cursor: "9".repeat(16) });
    expect(found).toMatchObject([{ row: { id } }]);
  });

  it("counts a like and a vote of a person once, also when they arrive together", async () => {
    const id = await aPost();
    await aMeme("41");
    await Promise.all([2, 2, 3, 2].flatMap((user) => [posts.toggleLike(id, user, 20), memes.toggleVote("41", user)]));
    expect(await posts.find(3, id)).toMatchObject({ liked: 1 });
    expect(await memes.reactions("41", 3)).toMatchObject({ has_upvoted: true });
    for (const table of ["post_like", "meme_vote"] as const)
      expect((await rows(table)).filter(({ user_id }) => user_id === 2).length).toBeLessThanOrEqual(1);
  });

  it("returns undefined for likes and votes of what is gone", async () => {
    expect(await posts.toggleLike(999_999, 1, 20)).toBeUndefined();
    expect(await memes.toggleVote("999999", 1)).toBeUndefined();
    expect(await memes.reactions("999999", 1)).toBeUndefined();
  });

  it("adds all points of one moment, and notes each level once", async () => {
    const levelAt = (total: number) => 1 + Math.floor(total / 10);
    const earn = (activity: string) => xp.earn({ userId: 2, activity, xp: 5, cooldownMs: 1_000, at: 5_000 }, levelAt);
    await Promise.all(["a", "b", "c", "a", "b", "c"].map(earn));
    expect(await xp.totalOf(2)).toBe(15);
    expect(await rows("level_up")).toMatchObject([{ user_id: 2, level: 2 }]);
    expect(await xp.leaders(5)).toMatchObject([{ total: 15 }]);
    expect(await xp.countEarners()).toBe(1);
  });

  it("forgets a person whose account was deleted after the backup", async () => {
    await aMeme("43", 2);
    await memes.toggleVote("43", 3);
    await eraseSocial(query(), 2);
    expect(await xp.totalOf(2)).toBe(0);
    expect((await memes.latest(1, 10)).map(({ user_id }) => user_id)).not.toContain(2);
    expect((await rows("post_like")).filter(({ user_id }) => user_id === 2)).toEqual([]);
  });
});
