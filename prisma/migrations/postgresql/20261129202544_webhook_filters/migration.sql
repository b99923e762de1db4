-- AlterTable
ALTER TABLE "outbox_fact" ADD COLUMN     "bots" TEXT;

-- AlterTable
ALTER TABLE "webhook" ADD COLUMN     "skipped" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "skipped_since" BIGINT,
ADD COLUMN     "tag" TEXT;

-- AlterTable
ALTER TABLE "webhook_delivery" ADD COLUMN     "reply" TEXT,
ADD COLUMN     "tried_at" BIGINT;

-- CreateTable
CREATE TABLE "webhook_hour" (
    "webhook_id" TEXT NOT NULL,
    "hour" INTEGER NOT NULL,
    "sent" INTEGER NOT NULL DEFAULT 0,
    "failed" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "webhook_hour_pkey" PRIMARY KEY ("webhook_id","hour")
);

-- CreateIndex
CREATE INDEX "webhook_delivery_webhook_id_kind_seq_idx" ON "webhook_delivery"("webhook_id", "kind", "seq");

-- AddForeignKey
ALTER TABLE "webhook_hour" ADD CONSTRAINT "webhook_hour_webhook_id_fkey" FOREIGN KEY ("webhook_id") REFERENCES "webhook"("id") ON DELETE CASCADE ON UPDATE CASCADE;
