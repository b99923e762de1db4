-- CreateTable
CREATE TABLE "series" (
    "step" INTEGER NOT NULL,
    "slot" INTEGER NOT NULL,
    "bot_id" TEXT NOT NULL,
    "data" TEXT NOT NULL,

    CONSTRAINT "series_pkey" PRIMARY KEY ("step","slot","bot_id")
);

-- CreateTable
CREATE TABLE "series_writer" (
    "id" TEXT NOT NULL,
    "started_at" BIGINT NOT NULL,
    "flushed_at" BIGINT NOT NULL,
    "lost_at" BIGINT,
    "is_done" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "series_writer_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "series_writer_is_done_idx" ON "series_writer"("is_done");
