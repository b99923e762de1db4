-- AlterTable
ALTER TABLE "api_key" ADD COLUMN "areas" TEXT;
ALTER TABLE "api_key" ADD COLUMN "bots" TEXT;
ALTER TABLE "api_key" ADD COLUMN "ip_ranges" TEXT;
ALTER TABLE "api_key" ADD COLUMN "last_used_ip" TEXT;
ALTER TABLE "api_key" ADD COLUMN "previous_hash" TEXT;
ALTER TABLE "api_key" ADD COLUMN "previous_until" BIGINT;
ALTER TABLE "api_key" ADD COLUMN "rotated_at" BIGINT;

-- CreateIndex
CREATE UNIQUE INDEX "api_key_previous_hash_key" ON "api_key"("previous_hash");
