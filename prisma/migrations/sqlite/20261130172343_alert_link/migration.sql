-- AlterTable
ALTER TABLE "alert" ADD COLUMN "link" TEXT;
