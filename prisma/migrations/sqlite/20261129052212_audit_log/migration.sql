-- CreateTable
CREATE TABLE "audit_record" (
    "seq" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "id" TEXT NOT NULL,
    "at" BIGINT NOT NULL,
    "action" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "code" TEXT,
    "by_kind" TEXT NOT NULL,
    "by_id" TEXT,
    "by_name" TEXT,
    "user_id" INTEGER,
    "key_id" TEXT,
    "session_id" TEXT,
    "address" TEXT,
    "user_agent" TEXT,
    "request_id" TEXT,
    "target_type" TEXT,
    "target_id" TEXT,
    "target_name" TEXT,
    "bot_id" TEXT,
    "detail" TEXT,
    "mac" TEXT NOT NULL,
    "position" BIGINT,
    "hash" TEXT
);

-- CreateTable
CREATE TABLE "audit_checkpoint" (
    "position" BIGINT NOT NULL PRIMARY KEY,
    "hash" TEXT NOT NULL,
    "at" BIGINT NOT NULL,
    "deleted" INTEGER NOT NULL,
    "signature" TEXT NOT NULL
);

-- CreateIndex
CREATE UNIQUE INDEX "audit_record_id_key" ON "audit_record"("id");

-- CreateIndex
CREATE UNIQUE INDEX "audit_record_position_key" ON "audit_record"("position");

-- CreateIndex
CREATE INDEX "audit_record_user_id_seq_idx" ON "audit_record"("user_id", "seq");

-- CreateIndex
CREATE INDEX "audit_record_bot_id_seq_idx" ON "audit_record"("bot_id", "seq");

-- CreateIndex
CREATE INDEX "audit_record_action_seq_idx" ON "audit_record"("action", "seq");

-- CreateIndex
CREATE INDEX "audit_record_outcome_seq_idx" ON "audit_record"("outcome", "seq");

-- CreateIndex
CREATE INDEX "audit_record_target_type_target_id_seq_idx" ON "audit_record"("target_type", "target_id", "seq");

-- CreateIndex
CREATE INDEX "audit_record_at_idx" ON "audit_record"("at");

-- Rows that wait for their seal. The schema language has no partial indexes.
CREATE INDEX "audit_record_open" ON "audit_record"("seq") WHERE "position" IS NULL;
