-- AlterTable
ALTER TABLE "api_key" ADD COLUMN     "areas" TEXT,
ADD COLUMN     "bots" TEXT,
ADD COLUMN     "ip_ranges" TEXT,
ADD COLUMN     "last_used_ip" TEXT,
ADD COLUMN     "previous_hash" TEXT,
ADD COLUMN     "previous_until" BIGINT,
ADD COLUMN     "rotated_at" BIGINT;

-- CreateIndex
CREATE UNIQUE INDEX "api_key_previous_hash_key" ON "api_key"("previous_hash");
