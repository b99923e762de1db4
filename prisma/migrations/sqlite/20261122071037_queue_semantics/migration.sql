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
    "data" TEXT,
    "data_updated_at" BIGINT,
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
    "total_messages" INTEGER NOT NULL DEFAULT 0
);
INSERT INTO "new_bot" ("completed_commands", "created_at", "data", "data_updated_at", "error_logs", "failed_commands", "id", "last_active", "metadata", "name", "origin", "owner_id", "pending_commands", "settings", "settings_version", "status", "status_since", "token_cipher", "token_hash", "total_commands", "total_logs", "total_messages", "unclaimed_until") SELECT "completed_commands", "created_at", "data", "data_updated_at", "error_logs", "failed_commands", "id", "last_active", "metadata", "name", "origin", "owner_id", "pending_commands", "settings", "settings_version", "status", "status_since", "token_cipher", "token_hash", "total_commands", "total_logs", "total_messages", "unclaimed_until" FROM "bot";
DROP TABLE "bot";
ALTER TABLE "new_bot" RENAME TO "bot";
CREATE UNIQUE INDEX "bot_token_hash_key" ON "bot"("token_hash");
CREATE UNIQUE INDEX "bot_claim_code_key" ON "bot"("claim_code");
CREATE INDEX "bot_owner_id_created_at_idx" ON "bot"("owner_id", "created_at");
CREATE INDEX "bot_status_idx" ON "bot"("status");
CREATE INDEX "bot_unclaimed_until_idx" ON "bot"("unclaimed_until");
CREATE TABLE "new_command" (
    "seq" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "id" TEXT NOT NULL,
    "bot_id" TEXT NOT NULL,
    "owner_id" INTEGER,
    "type" TEXT NOT NULL,
    "payload" TEXT NOT NULL DEFAULT '{}',
    "status" TEXT NOT NULL DEFAULT 'pending',
    "result" TEXT,
    "created_at" BIGINT NOT NULL,
    "completed_at" BIGINT,
    "dispatched_at" BIGINT,
    "lease_expires_at" BIGINT,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "created_by" INTEGER,
    "rank" INTEGER NOT NULL DEFAULT 0,
    "run_at" BIGINT,
    "expires_at" BIGINT,
    "due_at" BIGINT,
    "max_attempts" INTEGER NOT NULL DEFAULT 10,
    "idempotency_key" TEXT,
    "reason" TEXT,
    "progress" INTEGER,
    "progress_note" TEXT,
    "retry_of" TEXT
);
INSERT INTO "new_command" ("attempts", "bot_id", "completed_at", "created_at", "created_by", "dispatched_at", "id", "lease_expires_at", "owner_id", "payload", "result", "seq", "status", "type") SELECT "attempts", "bot_id", "completed_at", "created_at", "created_by", "dispatched_at", "id", "lease_expires_at", "owner_id", "payload", "result", "seq", "status", "type" FROM "command";
DROP TABLE "command";
ALTER TABLE "new_command" RENAME TO "command";
CREATE UNIQUE INDEX "command_id_key" ON "command"("id");
CREATE INDEX "command_due_at_idx" ON "command"("due_at");
CREATE INDEX "command_bot_id_status_rank_seq_idx" ON "command"("bot_id", "status", "rank", "seq");
CREATE INDEX "command_bot_id_seq_idx" ON "command"("bot_id", "seq");
CREATE INDEX "command_bot_id_type_idx" ON "command"("bot_id", "type");
CREATE INDEX "command_owner_id_seq_idx" ON "command"("owner_id", "seq");
CREATE UNIQUE INDEX "command_bot_id_idempotency_key_key" ON "command"("bot_id", "idempotency_key");
PRAGMA foreign_keys=ON;
PRAGMA defer_foreign_keys=OFF;
