-- AlterTable
ALTER TABLE "alert_channel" ADD COLUMN     "created_by" INTEGER;
