-- DropIndex
DROP INDEX "delivery_status_due_at_idx";

-- AlterTable
ALTER TABLE "delivery" ADD COLUMN     "rank" INTEGER NOT NULL DEFAULT 0;

-- CreateIndex
CREATE INDEX "delivery_status_rank_due_at_idx" ON "delivery"("status", "rank", "due_at");
