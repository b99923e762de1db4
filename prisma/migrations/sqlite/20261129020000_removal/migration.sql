-- Written by hand: the models know neither partial indexes nor the tables of full-text search.

-- Every list leaves out the rows of bots that are being deleted, so finding those bots must cost nothing.
CREATE INDEX "bot_deleting_idx" ON "bot"("id") WHERE "status" = 'deleting';

-- Rows that are gone but still have entries in the full-text index. Removing an entry takes several times as long as
-- removing its row, so it is done later. seqs is a JSON list.
CREATE TABLE "log_fts_removed" ("id" INTEGER NOT NULL PRIMARY KEY, "seqs" TEXT NOT NULL);
CREATE TABLE "message_fts_removed" ("id" INTEGER NOT NULL PRIMARY KEY, "seqs" TEXT NOT NULL);
