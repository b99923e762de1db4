-- AlterTable
ALTER TABLE "incoming_webhook" ADD COLUMN "source" TEXT;
ALTER TABLE "incoming_webhook" ADD COLUMN "source_hint" TEXT;
