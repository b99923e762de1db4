/** Memes that were posted to Discord through this server, and the votes for them. */

import { describeAct } from "@/lib/core/acts";
import { keepRows, type Queries, query, type Row, transaction } from "@/lib/core/db";
import { CARD_COLUMNS, type CommunityCard, communityCards } from "@/lib/identity/accounts";
import { MEMES_MAX, type PostedMeme } from "./contract.memes";

type SentMemeRow = Omit<Row<"social_meme">, "kind"> & { kind: PostedMeme["type"] };
export type ShownMeme = SentMemeRow & CommunityCard & { votes: number; voted: number };

/** Adds a meme, and removes the oldest beyond those that are kept. */
const add = (row: SentMemeRow): Promise<void> =>
  transaction(async (trx) => {
    const { id, title, url } = row;
    describeAct({ target: { type: "meme", id, name: title }, after: { title, url } });
    await trx
      .insertInto("social_meme")
      .values(row)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    await trx
      .deleteFrom("social_meme")
      .where("sent_at", "<", (eb) =>
        eb
          .selectFrom("social_meme")
          .select("sent_at")
          .orderBy("sent_at", "desc")
          .limit(1)
          .offset(MEMES_MAX - 1),
      )
      .execute();
  });

/** The newest memes as `reader` sees them. */
const latest = (reader: number, limit: number): Promise<ShownMeme[]> =>
  query()
    .selectFrom("social_meme as s")
    .innerJoin(communityCards().as("p"), "p.id", "s.user_id")
    .select(["s.id", "s.user_id", "s.title", "s.url", "s.subreddit", "s.author", "s.score", "s.kind", "s.sent_at"])
    .select(CARD_COLUMNS)
    .select((eb) => [
      eb
        .selectFrom("meme_vote as v")
        .select((one) => one.fn.countAll<number>().as("n"))
        .whereRef("v.meme_id", "=", "s.id")
        .as("votes"),
      eb
        .selectFrom("meme_vote as w")
        .select((one) => one.fn.countAll<number>().as("n"))
        .whereRef("w.meme_id", "=", "s.id")
        .where("w.user_id", "=", reader)
        .as("voted"),
    ])
    .orderBy("s.sent_at", "desc")
    .orderBy("s.id", "desc")
    .limit(limit)
    .$castTo<ShownMeme>()
    .execute();

async function votesOf(
  queries: Queries,
  id: string,
  userId: number,
): Promise<{ upvotes: number; has_upvoted: boolean }> {
  const votes = queries.selectFrom("meme_vote").where("meme_id", "=", id);
  const { upvotes } = await votes.select((eb) => eb.fn.countAll<number>().as("upvotes")).executeTakeFirstOrThrow();
  const own = await votes.select("user_id").where("user_id", "=", userId).executeTakeFirst();
  return { upvotes, has_upvoted: own !== undefined };
}

const memeRow = (queries: Queries, id: string) => queries.selectFrom("social_meme").select("id").where("id", "=", id);

/** @returns undefined when there is no such meme */
async function reactions(id: string, userId: number) {
  return (await memeRow(query(), id).executeTakeFirst()) && votesOf(query(), id, userId);
}

/** Adds the person's vote, or takes it back. @returns undefined when there is no such meme */
const toggleVote = (id: string, userId: number) =>
  transaction(async (trx) => {
    if (!(await keepRows(memeRow(trx, id)).executeTakeFirst())) return undefined;
    const { numDeletedRows } = await trx
      .deleteFrom("meme_vote")
      .where("meme_id", "=", id)
      .where("user_id", "=", userId)
      .executeTakeFirst();
    // A second request of the same moment may have added it.
    if (numDeletedRows === 0n)
      await trx
        .insertInto("meme_vote")
        .values({ meme_id: id, user_id: userId })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    return votesOf(trx, id, userId);
  });

export const createSentMemeStore = () => ({ add, latest, reactions, toggleVote });
export type SentMemeStore = ReturnType<typeof createSentMemeStore>;
