-- Bots that run as several programs, each with some of the shards.
ALTER TABLE "bot" ADD COLUMN "parts_online" INTEGER;
ALTER TABLE "bot" ADD COLUMN "parts_of" INTEGER;

CREATE TABLE "bot_part" (
    "bot_id" TEXT NOT NULL,
    "part" TEXT NOT NULL,
    "shards" TEXT NOT NULL,
    "total" INTEGER NOT NULL,
    "status" TEXT NOT NULL,
    "seen_at" BIGINT NOT NULL,

    CONSTRAINT "bot_part_pkey" PRIMARY KEY ("bot_id", "part")
);
CREATE INDEX "bot_part_seen_at_idx" ON "bot_part"("seen_at");

CREATE TABLE "bot_part_data" (
    "bot_id" TEXT NOT NULL,
    "part" TEXT NOT NULL,
    "total" INTEGER NOT NULL,
    "data" TEXT NOT NULL,

    CONSTRAINT "bot_part_data_pkey" PRIMARY KEY ("bot_id", "part")
);
