-- Lists, polls and counts of commands read only what they show, however many commands there are. Partial indexes and
-- indexes over expressions are written by hand: the models do not know them.

-- The queue by the time from which a command may be handed out: 0 at once, or the later of run_at and its lease. A poll
-- passes over no command that is leased or scheduled.
CREATE INDEX "command_free_idx" ON "command"("bot_id", (CASE WHEN "run_at" > "lease_expires_at" THEN "run_at" ELSE COALESCE("lease_expires_at", "run_at", 0) END), "rank", "seq") WHERE "status" = 'pending';
-- The whole queue in its order, for people, document 004 and alerts.
CREATE INDEX "command_queue_idx" ON "command"("bot_id", "rank", "seq") WHERE "status" = 'pending';
DROP INDEX "command_bot_id_status_rank_seq_idx";

-- Lists by status, type and reason: of everybody, of an owner, of a bot.
CREATE INDEX "command_status_seq_idx" ON "command"("status", "seq");
CREATE INDEX "command_owner_pending_idx" ON "command"("owner_id", "seq") WHERE "status" = 'pending';
CREATE INDEX "command_bot_pending_idx" ON "command"("bot_id", "seq") WHERE "status" = 'pending';
CREATE INDEX "command_owner_failed_idx" ON "command"("owner_id", "seq") WHERE "status" = 'failed';
CREATE INDEX "command_bot_failed_idx" ON "command"("bot_id", "seq") WHERE "status" = 'failed';
CREATE INDEX "command_type_seq_idx" ON "command"("type", "seq");
CREATE INDEX "command_owner_id_type_seq_idx" ON "command"("owner_id", "type", "seq");
CREATE INDEX "command_bot_id_type_seq_idx" ON "command"("bot_id", "type", "seq");
DROP INDEX "command_bot_id_type_idx";
CREATE INDEX "command_reason_idx" ON "command"("reason", "seq") WHERE "reason" IS NOT NULL;
CREATE INDEX "command_owner_reason_idx" ON "command"("owner_id", "reason", "seq") WHERE "reason" IS NOT NULL;
CREATE INDEX "command_bot_reason_idx" ON "command"("bot_id", "reason", "seq") WHERE "reason" IS NOT NULL;

-- Most commands have neither a time for the sweep nor a key: they cost no entry in these.
DROP INDEX "command_due_at_idx";
CREATE INDEX "command_due_at_idx" ON "command"("due_at") WHERE "due_at" IS NOT NULL;
DROP INDEX "command_bot_id_idempotency_key_key";
CREATE UNIQUE INDEX "command_bot_id_idempotency_key_key" ON "command"("bot_id", "idempotency_key") WHERE "idempotency_key" IS NOT NULL;

-- How often each type of command was sent to a bot: counted with the commands, because counting them is slow.
CREATE TABLE "command_type" (
    "bot_id" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "sent" INTEGER NOT NULL,

    CONSTRAINT "command_type_pkey" PRIMARY KEY ("bot_id", "type")
);
INSERT INTO "command_type" ("bot_id", "type", "sent") SELECT "bot_id", "type", COUNT(*) FROM "command" GROUP BY "bot_id", "type";
