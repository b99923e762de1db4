-- AlterTable
ALTER TABLE "command" ADD COLUMN "origin" TEXT;
