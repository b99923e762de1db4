-- CreateTable
-- Without a rowid a row is stored once, in the order of its key, and not a second time in an index.
CREATE TABLE "series" (
    "step" INTEGER NOT NULL,
    "slot" INTEGER NOT NULL,
    "bot_id" TEXT NOT NULL,
    "data" TEXT NOT NULL,

    PRIMARY KEY ("step", "slot", "bot_id")
) WITHOUT ROWID;

-- CreateTable
CREATE TABLE "series_writer" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "started_at" BIGINT NOT NULL,
    "flushed_at" BIGINT NOT NULL,
    "lost_at" BIGINT,
    "is_done" INTEGER NOT NULL DEFAULT 0
);

-- CreateIndex
CREATE INDEX "series_writer_is_done_idx" ON "series_writer"("is_done");
