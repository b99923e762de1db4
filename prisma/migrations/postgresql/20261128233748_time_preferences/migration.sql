-- AlterTable
ALTER TABLE "user" ADD COLUMN     "clock" TEXT,
ADD COLUMN     "time_zone" TEXT;
