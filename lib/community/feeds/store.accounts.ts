/** The tracked players that people linked as their own, and the promotions of tracked players. */
import { describeAct } from "@/lib/core/acts";
import { lockName, type Queries, query, transaction } from "@/lib/core/db";
import { CARD_COLUMNS, type CommunityCard, communityCards } from "@/lib/identity/accounts";
import type { Platform, RankChange } from "./contract";

/** Promotions that are kept. */
const RANK_UPS_MAX = 500;
const ACCOUNTS_MAX = 1_000;

export type LinkedPlayer = {
  id: string;
  user_id: number;
  platform: Platform;
  player: string;
  ranks: string;
  checked_at: number | null;
};
type RankUpRow = CommunityCard & {
  player: string;
  platform: Platform;
  playlist: string;
  from_rank: string;
  to_rank: string;
  at: number;
};

const linked = () =>
  query()
    .selectFrom("tracked_player as t")
    .select(["t.id", "t.user_id", "t.platform", "t.username as player", "t.ranks", "t.checked_at"])
    .where("t.linked", "=", 1);

const findLinked = (userId: number): Promise<LinkedPlayer | undefined> =>
  linked().where("t.user_id", "=", userId).$castTo<LinkedPlayer>().executeTakeFirst();

/** All linked players with their people, those who linked last first. */
const listLinked = (): Promise<(LinkedPlayer & CommunityCard)[]> =>
  linked()
    .innerJoin(communityCards().as("p"), "p.id", "t.user_id")
    .select(CARD_COLUMNS)
    .orderBy("t.added_at", "desc")
    .orderBy("t.id", "desc")
    .limit(ACCOUNTS_MAX)
    .$castTo<LinkedPlayer & CommunityCard>()
    .execute();

/** Links one of the person's players in place of the one before. @returns whether the person tracks such a player */
const link = (userId: number, platform: Platform, username: string): Promise<boolean> =>
  transaction(async (trx) => {
    // Without the lock, two links of one moment would leave two linked players.
    await lockName(trx, `rocket-league:${userId}`);
    const players = await trx
      .selectFrom("tracked_player")
      .select(["id", "username"])
      .where("user_id", "=", userId)
      .where("platform", "=", platform)
      .execute();
    const player = players.find((one) => one.username.toLowerCase() === username.toLowerCase());
    if (!player) return false;
    const { id, username: name } = player;
    describeAct({ target: { type: "tracked_player", id, name }, after: { platform, username: name, linked: true } });
    await trx
      .updateTable("tracked_player")
      .set({ linked: 0 })
      .where("user_id", "=", userId)
      .where("linked", "=", 1)
      .execute();
    await trx.updateTable("tracked_player").set({ linked: 1 }).where("id", "=", id).execute();
    return true;
  });

/** Removes the person's linked player. @returns it; undefined when none was linked */
async function unlink(userId: number): Promise<{ id: string; username: string } | undefined> {
  return query()
    .deleteFrom("tracked_player")
    .where("user_id", "=", userId)
    .where("linked", "=", 1)
    .returning(["id", "username"])
    .executeTakeFirst();
}

/** Notes promotions, and removes the oldest beyond those that are kept. */
export async function noteRankUps(trx: Queries, changes: readonly RankChange[], at: number): Promise<void> {
  const ups = changes.filter(({ promoted }) => promoted);
  for (const { player_id, playlist, from, to } of ups)
    await trx.insertInto("rank_up").values({ player_id, playlist, from_rank: from, to_rank: to, at }).execute();
  if (ups.length > 0)
    await trx
      .deleteFrom("rank_up")
      .where("seq", "<=", (eb) =>
        eb.selectFrom("rank_up").select("seq").orderBy("seq", "desc").limit(1).offset(RANK_UPS_MAX),
      )
      .execute();
}

/** The last promotions of linked players. */
const listRankUps = (limit: number): Promise<RankUpRow[]> =>
  query()
    .selectFrom("rank_up as u")
    .innerJoin("tracked_player as t", "t.id", "u.player_id")
    .innerJoin(communityCards().as("p"), "p.id", "t.user_id")
    .select(["t.username as player", "t.platform", "u.playlist", "u.from_rank", "u.to_rank", "u.at", ...CARD_COLUMNS])
    .where("t.linked", "=", 1)
    .orderBy("u.seq", "desc")
    .limit(limit)
    .$castTo<RankUpRow>()
    .execute();

export const createLinkStore = () => ({ findLinked, listLinked, link, unlink, listRankUps });
export type LinkStore = ReturnType<typeof createLinkStore>;
