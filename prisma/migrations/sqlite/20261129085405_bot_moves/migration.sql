-- CreateTable
CREATE TABLE "bot_move" (
    "bot_id" TEXT NOT NULL PRIMARY KEY,
    "at" BIGINT NOT NULL
);
