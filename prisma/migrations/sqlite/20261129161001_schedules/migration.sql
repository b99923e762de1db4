-- CreateTable
CREATE TABLE "schedule" (
    "seq" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "id" TEXT NOT NULL,
    "team_id" INTEGER NOT NULL,
    "created_by" INTEGER,
    "name" TEXT NOT NULL,
    "cron" TEXT,
    "every_minutes" INTEGER,
    "time_zone" TEXT NOT NULL,
    "starts_at" BIGINT NOT NULL,
    "bot_ids" TEXT,
    "bots" INTEGER NOT NULL DEFAULT 0,
    "filter" TEXT,
    "type" TEXT NOT NULL,
    "payload" TEXT NOT NULL,
    "options" TEXT NOT NULL,
    "offline" TEXT NOT NULL,
    "overlap" TEXT NOT NULL,
    "missed" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'active',
    "reason" TEXT,
    "next_at" BIGINT,
    "failures" INTEGER NOT NULL DEFAULT 0,
    "version" INTEGER NOT NULL DEFAULT 0,
    "created_at" BIGINT NOT NULL,
    "updated_at" BIGINT NOT NULL
);

-- CreateTable
CREATE TABLE "schedule_run" (
    "seq" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "id" TEXT NOT NULL,
    "schedule_id" TEXT NOT NULL,
    "due_at" BIGINT NOT NULL,
    "started_at" BIGINT NOT NULL,
    "ended_at" BIGINT,
    "trigger" TEXT NOT NULL,
    "started_by" INTEGER,
    "state" TEXT NOT NULL,
    "reason" TEXT,
    "plan" TEXT,
    "bots" INTEGER NOT NULL DEFAULT 0,
    "skipped" INTEGER NOT NULL DEFAULT 0,
    "failed" INTEGER NOT NULL DEFAULT 0,
    "completed" INTEGER NOT NULL DEFAULT 0,
    "check_at" BIGINT,
    CONSTRAINT "schedule_run_schedule_id_fkey" FOREIGN KEY ("schedule_id") REFERENCES "schedule" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "schedule_target" (
    "run_id" TEXT NOT NULL,
    "bot_id" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "command_id" TEXT,
    "note" TEXT,

    PRIMARY KEY ("run_id", "bot_id"),
    CONSTRAINT "schedule_target_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "schedule_run" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateIndex
CREATE UNIQUE INDEX "schedule_id_key" ON "schedule"("id");

-- CreateIndex
CREATE INDEX "schedule_team_id_seq_idx" ON "schedule"("team_id", "seq");

-- CreateIndex
CREATE INDEX "schedule_next_at_idx" ON "schedule"("next_at");

-- CreateIndex
CREATE UNIQUE INDEX "schedule_run_id_key" ON "schedule_run"("id");

-- CreateIndex
CREATE INDEX "schedule_run_check_at_idx" ON "schedule_run"("check_at");

-- CreateIndex
CREATE UNIQUE INDEX "schedule_run_schedule_id_due_at_key" ON "schedule_run"("schedule_id", "due_at");
