-- AlterTable
ALTER TABLE "user" ADD COLUMN "clock" TEXT;
ALTER TABLE "user" ADD COLUMN "time_zone" TEXT;
