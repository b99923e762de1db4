-- CreateTable
CREATE TABLE "outbox_fact" (
    "seq" BIGSERIAL NOT NULL,
    "id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "bot_id" TEXT,
    "team_id" INTEGER,
    "subject" TEXT NOT NULL,
    "at" BIGINT NOT NULL,
    "bytes" INTEGER NOT NULL,
    "routed" INTEGER NOT NULL DEFAULT 0,
    "body" TEXT NOT NULL,

    CONSTRAINT "outbox_fact_pkey" PRIMARY KEY ("seq")
);

-- CreateTable
CREATE TABLE "webhook" (
    "seq" BIGSERIAL NOT NULL,
    "id" TEXT NOT NULL,
    "team_id" INTEGER,
    "name" TEXT NOT NULL,
    "kinds" TEXT NOT NULL,
    "bots" TEXT,
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

    CONSTRAINT "webhook_pkey" PRIMARY KEY ("seq")
);

-- CreateTable
CREATE TABLE "webhook_delivery" (
    "seq" BIGSERIAL NOT NULL,
    "id" TEXT NOT NULL,
    "webhook_id" TEXT NOT NULL,
    "fact_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "lane" TEXT NOT NULL,
    "cause" TEXT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'queued',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "created_at" BIGINT NOT NULL,
    "finished_at" BIGINT,
    "http_status" INTEGER,
    "took_ms" INTEGER,
    "error" TEXT,

    CONSTRAINT "webhook_delivery_pkey" PRIMARY KEY ("seq")
);

-- CreateIndex
CREATE UNIQUE INDEX "outbox_fact_id_key" ON "outbox_fact"("id");

-- CreateIndex
CREATE INDEX "outbox_fact_routed_seq_idx" ON "outbox_fact"("routed", "seq");

-- CreateIndex
CREATE INDEX "outbox_fact_at_idx" ON "outbox_fact"("at");

-- CreateIndex
CREATE UNIQUE INDEX "webhook_id_key" ON "webhook"("id");

-- CreateIndex
CREATE INDEX "webhook_team_id_seq_idx" ON "webhook"("team_id", "seq");

-- CreateIndex
CREATE UNIQUE INDEX "webhook_delivery_id_key" ON "webhook_delivery"("id");

-- CreateIndex
CREATE INDEX "webhook_delivery_webhook_id_status_seq_idx" ON "webhook_delivery"("webhook_id", "status", "seq");

-- CreateIndex
CREATE INDEX "webhook_delivery_webhook_id_seq_idx" ON "webhook_delivery"("webhook_id", "seq");

-- CreateIndex
CREATE INDEX "webhook_delivery_created_at_idx" ON "webhook_delivery"("created_at");

-- AddForeignKey
ALTER TABLE "webhook_delivery" ADD CONSTRAINT "webhook_delivery_webhook_id_fkey" FOREIGN KEY ("webhook_id") REFERENCES "webhook"("id") ON DELETE CASCADE ON UPDATE CASCADE;
