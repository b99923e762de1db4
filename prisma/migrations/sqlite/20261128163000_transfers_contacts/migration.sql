-- AlterTable
ALTER TABLE "transfer" ADD COLUMN "credentials" TEXT;

-- CreateTable
CREATE TABLE "contact" (
    "seq" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "owner_id" INTEGER NOT NULL,
    "outside_id" TEXT NOT NULL,
    "platform" TEXT,
    "name" TEXT,
    "created_at" BIGINT NOT NULL,
    "used_at" BIGINT NOT NULL,
    CONSTRAINT "contact_owner_id_fkey" FOREIGN KEY ("owner_id") REFERENCES "user" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateIndex
CREATE INDEX "contact_outside_id_idx" ON "contact"("outside_id");

-- CreateIndex
CREATE INDEX "contact_used_at_idx" ON "contact"("used_at");

-- CreateIndex
CREATE UNIQUE INDEX "contact_owner_id_outside_id_key" ON "contact"("owner_id", "outside_id");

-- CreateIndex
CREATE INDEX "transfer_requested_for_idx" ON "transfer"("requested_for");

-- People whom earlier transfers were asked for.
INSERT INTO "contact" ("owner_id", "outside_id", "created_at", "used_at")
SELECT "owner_id", "requested_for", MIN("created_at"), MAX("created_at") FROM "transfer" WHERE "requested_for" IS NOT NULL GROUP BY "owner_id", "requested_for";
