-- AlterTable
ALTER TABLE "incoming_webhook" ADD COLUMN     "source" TEXT,
ADD COLUMN     "source_hint" TEXT;
