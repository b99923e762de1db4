-- CreateTable
CREATE TABLE "tag_grant" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "owner_id" INTEGER NOT NULL,
    "key" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "user_id" INTEGER,
    "team_id" INTEGER,
    "role" TEXT NOT NULL,
    "created_by" INTEGER,
    "created_at" BIGINT NOT NULL,
    "ends_at" BIGINT,
    CONSTRAINT "tag_grant_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "tag_grant_team_id_fkey" FOREIGN KEY ("team_id") REFERENCES "team" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateIndex
CREATE INDEX "tag_grant_user_id_idx" ON "tag_grant"("user_id");

-- CreateIndex
CREATE INDEX "tag_grant_team_id_idx" ON "tag_grant"("team_id");

-- CreateIndex
CREATE INDEX "tag_grant_created_by_idx" ON "tag_grant"("created_by");

-- CreateIndex
CREATE INDEX "tag_grant_ends_at_idx" ON "tag_grant"("ends_at");

-- CreateIndex
CREATE UNIQUE INDEX "tag_grant_owner_id_key_user_id_key" ON "tag_grant"("owner_id", "key", "user_id");

-- CreateIndex
CREATE UNIQUE INDEX "tag_grant_owner_id_key_team_id_key" ON "tag_grant"("owner_id", "key", "team_id");
