/** Tracked players and the history of their MMR. */
import { iso } from "@/lib/core/clock";
import { inList, lockName, type Queries, query, type Row, skipLocked, transaction } from "@/lib/core/db";
import { cutText } from "@/lib/core/format/text";
import type { Platform, RankChange, TrackedPlayer } from "./contract";
import { noteRankUps } from "./store.accounts";

export type PlayerRow = Omit<Row<"tracked_player">, "platform" | "leased_until" | "linked"> & { platform: Platform };
type Point = Pick<Row<"rank_point">, "playlist" | "mmr" | "tier">;

const COLUMNS = [
  "id",
  "user_id",
  "platform",
  "username",
  "ranks",
  "added_at",
  "checked_at",
  "next_check_at",
  "error",
] as const;
const SHOWN_MAX = 1_000;
/** Points kept per player and playlist. */
const HISTORY = 30;

async function insertPoints(trx: Queries, id: string, at: number, points: Point[]): Promise<void> {
  for (const point of points) {
    await trx
      .insertInto("rank_point")
      .values({ ...point, player_id: id, at })
      .execute();
    await trx
      .deleteFrom("rank_point")
      .where("player_id", "=", id)
      .where("playlist", "=", point.playlist)
      .where("seq", "<=", (eb) =>
        eb
          .selectFrom("rank_point")
          .select("seq")
          .where("player_id", "=", id)
          .where("playlist", "=", point.playlist)
          .orderBy("seq", "desc")
          .limit(1)
          .offset(HISTORY),
      )
      .execute();
  }
}

/** The players of one user, or all players. */
const listPlayers = (userId: number | undefined): Promise<PlayerRow[]> =>
  query()
    .selectFrom("tracked_player")
    .select(COLUMNS)
    .$if(userId !== undefined, (players) => players.where("user_id", "=", userId!))
    .orderBy("added_at", "desc")
    .orderBy("id", "desc")
    .limit(SHOWN_MAX)
    .$castTo<PlayerRow>()
    .execute();

async function findHistories(ids: readonly string[]): Promise<Map<string, TrackedPlayer["history"]>> {
  const found = new Map<string, TrackedPlayer["history"]>();
  const points = await query()
    .selectFrom("rank_point")
    .select(["player_id", "playlist", "mmr", "tier", "at"])
    .where("player_id", "in", inList(ids))
    .orderBy("seq")
    .execute();
  for (const { player_id, playlist, mmr, tier, at } of points) {
    const history = found.get(player_id) ?? {};
    found.set(player_id, history);
    history[playlist] = [...(history[playlist] ?? []), { at: iso(at), mmr, tier }];
  }
  return found;
}

const addPlayer = (row: PlayerRow, points: Point[], max: number): Promise<"added" | "known" | "full"> =>
  transaction(async (trx) => {
    // Without the lock, two simultaneous additions by one user would each miss the other in the limit.
    await lockName(trx, `ranks:${row.user_id}`);
    const players = await trx
      .selectFrom("tracked_player")
      .select(["platform", "username"])
      .where("user_id", "=", row.user_id)
      .execute();
    const isSame = (other: Pick<Row<"tracked_player">, "platform" | "username">) =>
      other.platform === row.platform && other.username.toLowerCase() === row.username.toLowerCase();
    if (players.some(isSame)) return "known";
    if (players.length >= max) return "full";
    await trx.insertInto("tracked_player").values(row).execute();
    await insertPoints(trx, row.id, row.added_at, points);
    return "added";
  });

/** @param userId whose player it must be; undefined: anyone's */
async function removePlayer(id: string, userId: number | undefined): Promise<boolean> {
  const { numDeletedRows } = await query()
    .deleteFrom("tracked_player")
    .where("id", "=", id)
    .$if(userId !== undefined, (players) => players.where("user_id", "=", userId!))
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

/** Leases players whose check is due: no other process gets them before `until`. */
const leaseDue = (at: number, until: number, limit: number): Promise<PlayerRow[]> =>
  query()
    .updateTable("tracked_player")
    .set({ leased_until: until })
    .where("id", "in", (eb) =>
      skipLocked(
        eb
          .selectFrom("tracked_player")
          .select("id")
          .where("next_check_at", "<=", at)
          .where((free) => free.or([free("leased_until", "is", null), free("leased_until", "<=", at)]))
          .orderBy("next_check_at")
          .limit(limit),
      ),
    )
    .returning(COLUMNS)
    .$castTo<PlayerRow>()
    .execute();

const noteChecked = (
  id: string,
  { ranks, at, next }: { ranks: string; at: number; next: number },
  points: Point[],
  changes: readonly RankChange[] = [],
) =>
  transaction(async (trx) => {
    const { numUpdatedRows } = await trx
      .updateTable("tracked_player")
      .set({ ranks, checked_at: at, next_check_at: next, error: null, leased_until: null })
      .where("id", "=", id)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) return;
    await insertPoints(trx, id, at, points);
    await noteRankUps(trx, changes, at);
  });

async function noteFailed(id: string, error: string, next: number): Promise<void> {
  await query()
    .updateTable("tracked_player")
    .set({ error: cutText(error, 300), next_check_at: next, leased_until: null })
    .where("id", "=", id)
    .execute();
}

/** Makes every player due now. */
async function makeAllDue(at: number): Promise<void> {
  await query().updateTable("tracked_player").set({ next_check_at: at }).where("next_check_at", ">", at).execute();
}

async function countDue(at: number): Promise<number> {
  const { due } = await query()
    .selectFrom("tracked_player")
    .select((eb) => eb.fn.countAll<number>().as("due"))
    .where("next_check_at", "<=", at)
    .executeTakeFirstOrThrow();
  return due;
}

export const createRankStore = () => ({
  list: listPlayers,
  histories: findHistories,
  add: addPlayer,
  remove: removePlayer,
  takeDue: leaseDue,
  checked: noteChecked,
  failed: noteFailed,
  dueAll: makeAllDue,
  countDue,
});

export type RankStore = ReturnType<typeof createRankStore>;
