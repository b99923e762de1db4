-- AlterTable
ALTER TABLE "command" ADD COLUMN "pushed_by" TEXT;
