-- CreateTable
CREATE TABLE "maintenance_window" (
    "seq" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "id" TEXT NOT NULL,
    "team_id" INTEGER,
    "created_by" INTEGER,
    "name" TEXT NOT NULL,
    "note" TEXT NOT NULL DEFAULT '',
    "bots" TEXT,
    "tag" TEXT,
    "starts_at" BIGINT,
    "ends_at" BIGINT,
    "cron" TEXT,
    "time_zone" TEXT NOT NULL,
    "duration_minutes" INTEGER,
    "pause_schedules" INTEGER NOT NULL DEFAULT 1,
    "ended_at" BIGINT,
    "version" INTEGER NOT NULL DEFAULT 0,
    "created_at" BIGINT NOT NULL,
    "updated_at" BIGINT NOT NULL
);

-- CreateIndex
CREATE UNIQUE INDEX "maintenance_window_id_key" ON "maintenance_window"("id");

-- CreateIndex
CREATE INDEX "maintenance_window_team_id_seq_idx" ON "maintenance_window"("team_id", "seq");
