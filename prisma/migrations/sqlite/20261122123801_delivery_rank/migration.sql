-- RedefineTables
PRAGMA defer_foreign_keys=ON;
PRAGMA foreign_keys=OFF;
CREATE TABLE "new_delivery" (
    "seq" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "user_id" INTEGER NOT NULL,
    "notification_id" TEXT NOT NULL,
    "channel" TEXT NOT NULL,
    "device_id" TEXT,
    "group_key" TEXT,
    "payload" TEXT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'queued',
    "rank" INTEGER NOT NULL DEFAULT 0,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "error" TEXT,
    "created_at" BIGINT NOT NULL,
    "due_at" BIGINT NOT NULL,
    "finished_at" BIGINT
);
INSERT INTO "new_delivery" ("attempts", "channel", "created_at", "device_id", "due_at", "error", "finished_at", "group_key", "notification_id", "payload", "seq", "status", "user_id") SELECT "attempts", "channel", "created_at", "device_id", "due_at", "error", "finished_at", "group_key", "notification_id", "payload", "seq", "status", "user_id" FROM "delivery";
DROP TABLE "delivery";
ALTER TABLE "new_delivery" RENAME TO "delivery";
CREATE INDEX "delivery_status_rank_due_at_idx" ON "delivery"("status", "rank", "due_at");
CREATE INDEX "delivery_user_id_seq_idx" ON "delivery"("user_id", "seq");
CREATE INDEX "delivery_device_id_status_idx" ON "delivery"("device_id", "status");
CREATE INDEX "delivery_finished_at_idx" ON "delivery"("finished_at");
PRAGMA foreign_keys=ON;
PRAGMA defer_foreign_keys=OFF;
