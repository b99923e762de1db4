-- CreateTable
CREATE TABLE "team_key" (
    "id" TEXT NOT NULL,
    "team_id" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "prefix" TEXT NOT NULL,
    "key_hash" TEXT NOT NULL,
    "areas" TEXT NOT NULL,
    "bots" TEXT,
    "ip_ranges" TEXT,
    "created_by" INTEGER,
    "created_at" BIGINT NOT NULL,
    "expires_at" BIGINT,
    "last_used_at" BIGINT,
    "last_used_ip" TEXT,
    "rotated_at" BIGINT,
    "previous_hash" TEXT,
    "previous_until" BIGINT,

    CONSTRAINT "team_key_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "team_key_key_hash_key" ON "team_key"("key_hash");

-- CreateIndex
CREATE UNIQUE INDEX "team_key_previous_hash_key" ON "team_key"("previous_hash");

-- CreateIndex
CREATE INDEX "team_key_team_id_created_at_idx" ON "team_key"("team_id", "created_at");

-- AddForeignKey
ALTER TABLE "team_key" ADD CONSTRAINT "team_key_team_id_fkey" FOREIGN KEY ("team_id") REFERENCES "team"("id") ON DELETE CASCADE ON UPDATE CASCADE;
