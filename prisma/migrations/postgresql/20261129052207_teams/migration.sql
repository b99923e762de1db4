-- CreateTable
CREATE TABLE "team" (
    "id" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "owner_id" INTEGER NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 0,
    "created_at" BIGINT NOT NULL,

    CONSTRAINT "team_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "team_member" (
    "team_id" INTEGER NOT NULL,
    "user_id" INTEGER NOT NULL,
    "role" TEXT NOT NULL,
    "added_at" BIGINT NOT NULL,

    CONSTRAINT "team_member_pkey" PRIMARY KEY ("team_id","user_id")
);

-- CreateTable
CREATE TABLE "bot_grant" (
    "id" TEXT NOT NULL,
    "bot_id" TEXT NOT NULL,
    "user_id" INTEGER,
    "team_id" INTEGER,
    "role" TEXT NOT NULL,
    "created_by" INTEGER,
    "created_at" BIGINT NOT NULL,
    "ends_at" BIGINT,

    CONSTRAINT "bot_grant_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "team_created_at_idx" ON "team"("created_at");

-- CreateIndex
CREATE INDEX "team_member_user_id_idx" ON "team_member"("user_id");

-- CreateIndex
CREATE INDEX "bot_grant_user_id_idx" ON "bot_grant"("user_id");

-- CreateIndex
CREATE INDEX "bot_grant_team_id_idx" ON "bot_grant"("team_id");

-- CreateIndex
CREATE INDEX "bot_grant_ends_at_idx" ON "bot_grant"("ends_at");

-- CreateIndex
CREATE UNIQUE INDEX "bot_grant_bot_id_user_id_key" ON "bot_grant"("bot_id", "user_id");

-- CreateIndex
CREATE UNIQUE INDEX "bot_grant_bot_id_team_id_key" ON "bot_grant"("bot_id", "team_id");

-- AddForeignKey
ALTER TABLE "team_member" ADD CONSTRAINT "team_member_team_id_fkey" FOREIGN KEY ("team_id") REFERENCES "team"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "team_member" ADD CONSTRAINT "team_member_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "bot_grant" ADD CONSTRAINT "bot_grant_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "bot_grant" ADD CONSTRAINT "bot_grant_team_id_fkey" FOREIGN KEY ("team_id") REFERENCES "team"("id") ON DELETE CASCADE ON UPDATE CASCADE;
