/** Tracked players and the history of their MMR. */
import { iso } from "@/lib/core/clock";
import { db } from "@/lib/core/db";
import { cutText } from "@/lib/core/format/text";
import type { Platform, TrackedPlayer } from "./contract";

export type PlayerRow = {
  id: string;
  user_id: number;
  platform: Platform;
  username: string;
  ranks: string;
  added_at: number;
  checked_at: number | null;
  next_check_at: number;
  error: string | null;
};
type Point = { playlist: string; mmr: number; tier: string };

const COLUMNS = "id, user_id, platform, username, ranks, added_at, checked_at, next_check_at, error";
const SHOWN_MAX = 1_000;
/** Points kept per player and playlist. */
const HISTORY = 30;

async function insertPoints(
  tx: { run(text: string, params: (string | number)[]): Promise<number> },
  id: string,
  at: number,
  points: Point[],
) {
  for (const { playlist, mmr, tier } of points) {
    await tx.run("INSERT INTO rank_point (player_id, playlist, mmr, tier, at) VALUES ($1, $2, $3, $4, $5)", [
      id,
      playlist,
      mmr,
      tier,
      at,
    ]);
    await tx.run(
      "DELETE FROM rank_point WHERE player_id = $1 AND playlist = $2 AND seq <= COALESCE((SELECT seq FROM rank_point WHERE player_id = $1 AND playlist = $2 ORDER BY seq DESC LIMIT 1 OFFSET $3), 0)",
      [id, playlist, HISTORY],
    );
  }
}

export function createRankStore() {
  return {
    /** Of one user, or of all. */
    list: (userId: number | undefined): Promise<PlayerRow[]> =>
      db().all<PlayerRow>(
        `SELECT ${COLUMNS} FROM tracked_player${userId === undefined ? "" : " WHERE user_id = $2"} ORDER BY added_at DESC, id DESC LIMIT $1`,
        userId === undefined ? [SHOWN_MAX] : [SHOWN_MAX, userId],
      ),

    async histories(ids: readonly string[]): Promise<Map<string, TrackedPlayer["history"]>> {
      const found = new Map<string, TrackedPlayer["history"]>();
      for (let from = 0; from < ids.length; from += 200) {
        const some = ids.slice(from, from + 200);
        const rows = await db().all<Point & { player_id: string; at: number }>(
          `SELECT player_id, playlist, mmr, tier, at FROM rank_point WHERE player_id IN (${some.map((_, n) => `$${n + 1}`).join(", ")}) ORDER BY seq`,
          some,
        );
        for (const { player_id, playlist, mmr, tier, at } of rows) {
          const history = found.get(player_id) ?? {};
          found.set(player_id, history);
          history[playlist] = [...(history[playlist] ?? []), { at: iso(at), mmr, tier }];
        }
      }
      return found;
    },

    add: (row: PlayerRow, points: Point[], max: number): Promise<"added" | "known" | "full"> =>
      db().write(async (tx) => {
        // Held until the end: two adds of one user come after each other, on both databases.
        await tx.run('UPDATE "user" SET id = id WHERE id = $1', [row.user_id]);
        const mine = await tx.all<PlayerRow>(`SELECT ${COLUMNS} FROM tracked_player WHERE user_id = $1`, [row.user_id]);
        const same = (other: PlayerRow) =>
          other.platform === row.platform && other.username.toLowerCase() === row.username.toLowerCase();
        if (mine.some(same)) return "known";
        if (mine.length >= max) return "full";
        await tx.run(`INSERT INTO tracked_player (${COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, [
          row.id,
          row.user_id,
          row.platform,
          row.username,
          row.ranks,
          row.added_at,
          row.checked_at,
          row.next_check_at,
          row.error,
        ]);
        await insertPoints(tx, row.id, row.added_at, points);
        return "added";
      }),

    /** Of `userId`, or of anybody. */
    async remove(id: string, userId: number | undefined): Promise<boolean> {
      const mine = userId === undefined ? "" : " AND user_id = $2";
      return (
        (await db().run(
          `DELETE FROM tracked_player WHERE id = $1${mine}`,
          userId === undefined ? [id] : [id, userId],
        )) > 0
      );
    },

    /** Players whose time has come, taken so that no other process takes them before `until`. */
    takeDue: (at: number, until: number, limit: number): Promise<PlayerRow[]> =>
      db().write(async (tx) => {
        const lock = tx.provider === "postgresql" ? " FOR UPDATE SKIP LOCKED" : "";
        return tx.all<PlayerRow>(
          `UPDATE tracked_player SET leased_until = $2 WHERE id IN (SELECT id FROM tracked_player WHERE next_check_at <= $1 AND (leased_until IS NULL OR leased_until <= $1) ORDER BY next_check_at LIMIT $3${lock}) RETURNING ${COLUMNS}`,
          [at, until, limit],
        );
      }),

    checked: (id: string, { ranks, at, next }: { ranks: string; at: number; next: number }, points: Point[]) =>
      db().write(async (tx) => {
        const there = await tx.run(
          "UPDATE tracked_player SET ranks = $2, checked_at = $3, next_check_at = $4, error = NULL, leased_until = NULL WHERE id = $1",
          [id, ranks, at, next],
        );
        if (there > 0) await insertPoints(tx, id, at, points);
      }),

    async failed(id: string, error: string, next: number): Promise<void> {
      await db().run("UPDATE tracked_player SET error = $2, next_check_at = $3, leased_until = NULL WHERE id = $1", [
        id,
        cutText(error, 300),
        next,
      ]);
    },

    /** Everybody is due now. */
    async dueAll(at: number): Promise<void> {
      await db().run("UPDATE tracked_player SET next_check_at = $1 WHERE next_check_at > $1", [at]);
    },

    async countDue(at: number): Promise<number> {
      const [row] = await db().all<{ n: number }>(
        "SELECT count(*) AS n FROM tracked_player WHERE next_check_at <= $1",
        [at],
      );
      return row?.n ?? 0;
    },
  };
}
export type RankStore = ReturnType<typeof createRankStore>;
