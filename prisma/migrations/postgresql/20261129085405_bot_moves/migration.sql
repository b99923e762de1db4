-- CreateTable
CREATE TABLE "bot_move" (
    "bot_id" TEXT NOT NULL,
    "at" BIGINT NOT NULL,

    CONSTRAINT "bot_move_pkey" PRIMARY KEY ("bot_id")
);
