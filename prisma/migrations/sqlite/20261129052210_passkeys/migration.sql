-- CreateTable
CREATE TABLE "passkey" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "user_id" INTEGER NOT NULL,
    "credential_id" TEXT NOT NULL,
    "public_key" TEXT NOT NULL,
    "user_handle" TEXT NOT NULL,
    "counter" BIGINT NOT NULL,
    "transports" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "is_synced" INTEGER NOT NULL,
    "created_at" BIGINT NOT NULL,
    "last_used_at" BIGINT,
    CONSTRAINT "passkey_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "spent_challenge" (
    "hash" TEXT NOT NULL PRIMARY KEY,
    "expires" BIGINT NOT NULL
);

-- AddColumn
ALTER TABLE "session" ADD COLUMN "proved_at" BIGINT NOT NULL DEFAULT 0;

-- CreateIndex
CREATE UNIQUE INDEX "passkey_credential_id_key" ON "passkey"("credential_id");

-- CreateIndex
CREATE INDEX "passkey_user_id_idx" ON "passkey"("user_id");

-- CreateIndex
CREATE INDEX "spent_challenge_expires_idx" ON "spent_challenge"("expires");

-- The sign-in was a proof.
UPDATE "session" SET "proved_at" = "created_at";
