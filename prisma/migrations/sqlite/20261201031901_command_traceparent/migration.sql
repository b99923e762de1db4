-- AlterTable
ALTER TABLE "command" ADD COLUMN "traceparent" TEXT;
