-- CreateTable
CREATE TABLE "tracked_player" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "user_id" INTEGER NOT NULL,
    "platform" TEXT NOT NULL,
    "username" TEXT NOT NULL,
    "ranks" TEXT NOT NULL DEFAULT '{}',
    "added_at" BIGINT NOT NULL,
    "checked_at" BIGINT,
    "next_check_at" BIGINT NOT NULL,
    "leased_until" BIGINT,
    "error" TEXT,
    CONSTRAINT "tracked_player_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "rank_point" (
    "seq" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "player_id" TEXT NOT NULL,
    "playlist" TEXT NOT NULL,
    "mmr" INTEGER NOT NULL,
    "tier" TEXT NOT NULL,
    "at" BIGINT NOT NULL,
    CONSTRAINT "rank_point_player_id_fkey" FOREIGN KEY ("player_id") REFERENCES "tracked_player" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateIndex
CREATE INDEX "tracked_player_user_id_idx" ON "tracked_player"("user_id");

-- CreateIndex
CREATE INDEX "tracked_player_next_check_at_idx" ON "tracked_player"("next_check_at");

-- CreateIndex
CREATE INDEX "rank_point_player_id_playlist_seq_idx" ON "rank_point"("player_id", "playlist", "seq");
