-- Full-text search, written by hand: the models do not know these tables and the drift check leaves them out.
-- Rows are added in chunks by the indexer, not by triggers. owner_id and bot_id are copied here so that a search is
-- narrowed and ordered by seq without visiting the log itself.
CREATE TABLE "log_fts" (
    "seq" BIGINT NOT NULL,
    "doc" tsvector NOT NULL,
    "owner_id" INTEGER,
    "bot_id" TEXT NOT NULL,

    CONSTRAINT "log_fts_pkey" PRIMARY KEY ("seq")
);
CREATE INDEX "log_fts_doc_idx" ON "log_fts" USING GIN ("doc");
CREATE INDEX "log_fts_owner_id_seq_idx" ON "log_fts" ("owner_id", "seq");
CREATE INDEX "log_fts_bot_id_seq_idx" ON "log_fts" ("bot_id", "seq");

CREATE TABLE "message_fts" (
    "seq" BIGINT NOT NULL,
    "doc" tsvector NOT NULL,
    "owner_id" INTEGER,
    "bot_id" TEXT NOT NULL,

    CONSTRAINT "message_fts_pkey" PRIMARY KEY ("seq")
);
CREATE INDEX "message_fts_doc_idx" ON "message_fts" USING GIN ("doc");
CREATE INDEX "message_fts_owner_id_seq_idx" ON "message_fts" ("owner_id", "seq");
CREATE INDEX "message_fts_bot_id_seq_idx" ON "message_fts" ("bot_id", "seq");
