-- AlterTable
ALTER TABLE "saved_view" ADD COLUMN     "page" TEXT NOT NULL DEFAULT 'bots';
