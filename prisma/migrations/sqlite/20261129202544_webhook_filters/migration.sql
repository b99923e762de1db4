-- AlterTable
ALTER TABLE "outbox_fact" ADD COLUMN "bots" TEXT;

-- AlterTable
ALTER TABLE "webhook_delivery" ADD COLUMN "reply" TEXT;
ALTER TABLE "webhook_delivery" ADD COLUMN "tried_at" BIGINT;

-- CreateTable
CREATE TABLE "webhook_hour" (
    "webhook_id" TEXT NOT NULL,
    "hour" INTEGER NOT NULL,
    "sent" INTEGER NOT NULL DEFAULT 0,
    "failed" INTEGER NOT NULL DEFAULT 0,

    PRIMARY KEY ("webhook_id", "hour"),
    CONSTRAINT "webhook_hour_webhook_id_fkey" FOREIGN KEY ("webhook_id") REFERENCES "webhook" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- RedefineTables
PRAGMA defer_foreign_keys=ON;
PRAGMA foreign_keys=OFF;
CREATE TABLE "new_webhook" (
    "seq" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "id" TEXT NOT NULL,
    "team_id" INTEGER,
    "name" TEXT NOT NULL,
    "kinds" TEXT NOT NULL,
    "bots" TEXT,
    "tag" TEXT,
    "hint" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "secret" TEXT NOT NULL,
    "old_secret" TEXT,
    "old_secret_until" BIGINT,
    "paused" INTEGER NOT NULL DEFAULT 0,
    "created_by" INTEGER NOT NULL,
    "created_at" BIGINT NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 0,
    "failures" INTEGER NOT NULL DEFAULT 0,
    "failing_since" BIGINT,
    "held_until" BIGINT,
    "disabled_at" BIGINT,
    "probe_at" BIGINT,
    "leased_until" BIGINT,
    "last_sent_at" BIGINT,
    "last_error" TEXT,
    "skipped" INTEGER NOT NULL DEFAULT 0,
    "skipped_since" BIGINT
);
INSERT INTO "new_webhook" ("address", "bots", "created_at", "created_by", "disabled_at", "failing_since", "failures", "held_until", "hint", "id", "kinds", "last_error", "last_sent_at", "leased_until", "name", "old_secret", "old_secret_until", "paused", "probe_at", "secret", "seq", "team_id", "version") SELECT "address", "bots", "created_at", "created_by", "disabled_at", "failing_since", "failures", "held_until", "hint", "id", "kinds", "last_error", "last_sent_at", "leased_until", "name", "old_secret", "old_secret_until", "paused", "probe_at", "secret", "seq", "team_id", "version" FROM "webhook";
DROP TABLE "webhook";
ALTER TABLE "new_webhook" RENAME TO "webhook";
CREATE UNIQUE INDEX "webhook_id_key" ON "webhook"("id");
CREATE INDEX "webhook_team_id_seq_idx" ON "webhook"("team_id", "seq");
PRAGMA foreign_keys=ON;
PRAGMA defer_foreign_keys=OFF;

-- CreateIndex
CREATE INDEX "webhook_delivery_webhook_id_kind_seq_idx" ON "webhook_delivery"("webhook_id", "kind", "seq");
