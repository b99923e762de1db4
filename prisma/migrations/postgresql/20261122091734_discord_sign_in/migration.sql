-- AlterTable
ALTER TABLE "account" ADD COLUMN     "avatar" TEXT,
ADD COLUMN     "discriminator" TEXT,
ADD COLUMN     "founding" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "username" TEXT;

-- CreateTable
CREATE TABLE "spent_state" (
    "nonce" TEXT NOT NULL,
    "expires_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "spent_state_pkey" PRIMARY KEY ("nonce")
);

-- CreateIndex
CREATE INDEX "spent_state_expires_at_idx" ON "spent_state"("expires_at");
