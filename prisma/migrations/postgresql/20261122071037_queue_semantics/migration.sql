-- DropIndex
DROP INDEX "command_bot_id_status_seq_idx";

-- AlterTable
ALTER TABLE "bot" ADD COLUMN     "claim_code" TEXT,
ADD COLUMN     "epoch" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "joined_from" TEXT,
ADD COLUMN     "manifest" TEXT,
ADD COLUMN     "shown_seq" BIGINT;

-- AlterTable
ALTER TABLE "command" ADD COLUMN     "due_at" BIGINT,
ADD COLUMN     "expires_at" BIGINT,
ADD COLUMN     "idempotency_key" TEXT,
ADD COLUMN     "max_attempts" INTEGER NOT NULL DEFAULT 10,
ADD COLUMN     "progress" INTEGER,
ADD COLUMN     "progress_note" TEXT,
ADD COLUMN     "rank" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "reason" TEXT,
ADD COLUMN     "retry_of" TEXT,
ADD COLUMN     "run_at" BIGINT;

-- CreateIndex
CREATE UNIQUE INDEX "bot_claim_code_key" ON "bot"("claim_code");

-- CreateIndex
CREATE INDEX "command_due_at_idx" ON "command"("due_at");

-- CreateIndex
CREATE INDEX "command_bot_id_status_rank_seq_idx" ON "command"("bot_id", "status", "rank", "seq");

-- CreateIndex
CREATE UNIQUE INDEX "command_bot_id_idempotency_key_key" ON "command"("bot_id", "idempotency_key");
