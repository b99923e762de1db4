-- RedefineTables
PRAGMA defer_foreign_keys=ON;
PRAGMA foreign_keys=OFF;
CREATE TABLE "new_bot" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "owner_id" INTEGER,
    "name" TEXT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'offline',
    "status_since" BIGINT NOT NULL,
    "origin" TEXT NOT NULL DEFAULT 'created',
    "metadata" TEXT NOT NULL DEFAULT '{}',
    "settings" TEXT NOT NULL DEFAULT '{}',
    "settings_version" INTEGER NOT NULL DEFAULT 0,
    "token_hash" TEXT NOT NULL,
    "token_cipher" TEXT NOT NULL,
    "created_at" BIGINT NOT NULL,
    "last_active" BIGINT,
    "unclaimed_until" BIGINT,
    "claim_code" TEXT,
    "joined_from" TEXT,
    "epoch" INTEGER NOT NULL DEFAULT 0,
    "manifest" TEXT,
    "shown_seq" BIGINT,
    "total_commands" INTEGER NOT NULL DEFAULT 0,
    "pending_commands" INTEGER NOT NULL DEFAULT 0,
    "completed_commands" INTEGER NOT NULL DEFAULT 0,
    "failed_commands" INTEGER NOT NULL DEFAULT 0,
    "total_logs" INTEGER NOT NULL DEFAULT 0,
    "error_logs" INTEGER NOT NULL DEFAULT 0,
    "warning_logs" INTEGER NOT NULL DEFAULT 0,
    "critical_logs" INTEGER NOT NULL DEFAULT 0,
    "total_messages" INTEGER NOT NULL DEFAULT 0
);
INSERT INTO "new_bot" ("claim_code", "completed_commands", "created_at", "epoch", "error_logs", "failed_commands", "id", "joined_from", "last_active", "manifest", "metadata", "name", "origin", "owner_id", "pending_commands", "settings", "settings_version", "shown_seq", "status", "status_since", "token_cipher", "token_hash", "total_commands", "total_logs", "total_messages", "unclaimed_until") SELECT "claim_code", "completed_commands", "created_at", "epoch", "error_logs", "failed_commands", "id", "joined_from", "last_active", "manifest", "metadata", "name", "origin", "owner_id", "pending_commands", "settings", "settings_version", "shown_seq", "status", "status_since", "token_cipher", "token_hash", "total_commands", "total_logs", "total_messages", "unclaimed_until" FROM "bot";
DROP TABLE "bot";
ALTER TABLE "new_bot" RENAME TO "bot";
CREATE UNIQUE INDEX "bot_token_hash_key" ON "bot"("token_hash");
CREATE UNIQUE INDEX "bot_claim_code_key" ON "bot"("claim_code");
CREATE INDEX "bot_owner_id_created_at_idx" ON "bot"("owner_id", "created_at");
CREATE INDEX "bot_status_idx" ON "bot"("status");
CREATE INDEX "bot_unclaimed_until_idx" ON "bot"("unclaimed_until");
PRAGMA foreign_keys=ON;
PRAGMA defer_foreign_keys=OFF;

-- Logs that are stored already.
UPDATE "bot" SET
  "warning_logs" = (SELECT COUNT(*) FROM "log" WHERE "log"."bot_id" = "bot"."id" AND LOWER("log"."type") IN ('warn', 'warning')),
  "critical_logs" = (SELECT COUNT(*) FROM "log" WHERE "log"."bot_id" = "bot"."id" AND LOWER("log"."type") = 'critical');
