-- CreateTable
CREATE TABLE "incoming_webhook" (
    "seq" BIGSERIAL NOT NULL,
    "id" TEXT NOT NULL,
    "team_id" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "token_hash" TEXT NOT NULL,
    "signature" TEXT NOT NULL,
    "secret" TEXT,
    "action" TEXT NOT NULL,
    "only_when" TEXT,
    "paused" INTEGER NOT NULL DEFAULT 0,
    "acts_as" INTEGER NOT NULL,
    "created_by" INTEGER NOT NULL,
    "created_at" BIGINT NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 0,
    "minute" BIGINT NOT NULL DEFAULT 0,
    "requests" INTEGER NOT NULL DEFAULT 0,
    "last_at" BIGINT,
    "last_outcome" TEXT,
    "last_error" TEXT,

    CONSTRAINT "incoming_webhook_pkey" PRIMARY KEY ("seq")
);

-- CreateTable
CREATE TABLE "incoming_delivery" (
    "seq" BIGSERIAL NOT NULL,
    "id" TEXT NOT NULL,
    "hook_id" TEXT NOT NULL,
    "at" BIGINT NOT NULL,
    "outcome" TEXT NOT NULL,
    "reason" TEXT,
    "repeat_key" TEXT,
    "command_id" TEXT,
    "bytes" INTEGER NOT NULL,

    CONSTRAINT "incoming_delivery_pkey" PRIMARY KEY ("seq")
);

-- CreateIndex
CREATE UNIQUE INDEX "incoming_webhook_id_key" ON "incoming_webhook"("id");

-- CreateIndex
CREATE UNIQUE INDEX "incoming_webhook_token_hash_key" ON "incoming_webhook"("token_hash");

-- CreateIndex
CREATE INDEX "incoming_webhook_team_id_seq_idx" ON "incoming_webhook"("team_id", "seq");

-- CreateIndex
CREATE UNIQUE INDEX "incoming_delivery_id_key" ON "incoming_delivery"("id");

-- CreateIndex
CREATE INDEX "incoming_delivery_hook_id_seq_idx" ON "incoming_delivery"("hook_id", "seq");

-- CreateIndex
CREATE INDEX "incoming_delivery_at_idx" ON "incoming_delivery"("at");

-- CreateIndex
CREATE UNIQUE INDEX "incoming_delivery_hook_id_repeat_key_key" ON "incoming_delivery"("hook_id", "repeat_key");

-- AddForeignKey
ALTER TABLE "incoming_delivery" ADD CONSTRAINT "incoming_delivery_hook_id_fkey" FOREIGN KEY ("hook_id") REFERENCES "incoming_webhook"("id") ON DELETE CASCADE ON UPDATE CASCADE;
