-- AlterTable
ALTER TABLE "alert" ADD COLUMN "flaps" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN "announced" TEXT,
ADD COLUMN "announce_at" BIGINT;

-- AlterTable
ALTER TABLE "alert_channel" ADD COLUMN "confirmed_at" BIGINT,
ADD COLUMN "confirm_hash" TEXT,
ADD COLUMN "paused_until" BIGINT,
ADD COLUMN "missing" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN "missing_since" BIGINT;

-- CreateTable
CREATE TABLE "alert_channel_test" (
    "seq" BIGSERIAL NOT NULL,
    "channel_id" TEXT NOT NULL,
    "address_hash" TEXT NOT NULL,
    "at" BIGINT NOT NULL,

    CONSTRAINT "alert_channel_test_pkey" PRIMARY KEY ("seq")
);

-- CreateTable
CREATE TABLE "mail_message" (
    "seq" BIGSERIAL NOT NULL,
    "id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "address_hash" TEXT NOT NULL,
    "content" TEXT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'queued',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "error" TEXT,
    "created_at" BIGINT NOT NULL,
    "due_at" BIGINT NOT NULL,
    "expires_at" BIGINT,
    "finished_at" BIGINT,

    CONSTRAINT "mail_message_pkey" PRIMARY KEY ("seq")
);

-- CreateIndex
CREATE INDEX "alert_announce_at_idx" ON "alert"("announce_at");

-- CreateIndex
CREATE UNIQUE INDEX "alert_channel_confirm_hash_key" ON "alert_channel"("confirm_hash");

-- CreateIndex
CREATE INDEX "alert_channel_test_channel_id_at_idx" ON "alert_channel_test"("channel_id", "at");

-- CreateIndex
CREATE INDEX "alert_channel_test_address_hash_at_idx" ON "alert_channel_test"("address_hash", "at");

-- CreateIndex
CREATE INDEX "alert_channel_test_at_idx" ON "alert_channel_test"("at");

-- CreateIndex
CREATE UNIQUE INDEX "mail_message_id_key" ON "mail_message"("id");

-- CreateIndex
CREATE INDEX "mail_message_status_due_at_idx" ON "mail_message"("status", "due_at");

-- CreateIndex
CREATE INDEX "mail_message_address_hash_created_at_idx" ON "mail_message"("address_hash", "created_at");

-- CreateIndex
CREATE INDEX "mail_message_finished_at_idx" ON "mail_message"("finished_at");

-- Channels that send mail today go on: only new ones are confirmed first.
UPDATE "alert_channel" SET "confirmed_at" = "created_at" WHERE "kind" = 'email';

-- What channels heard of the alerts that are there.
UPDATE "alert" SET "announced" = CASE WHEN "state" = 'resolved' THEN 'resolved' ELSE 'firing' END;
