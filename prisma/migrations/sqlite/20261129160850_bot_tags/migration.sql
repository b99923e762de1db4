-- CreateTable
CREATE TABLE "bot_tag" (
    "bot_id" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "name" TEXT NOT NULL,

    PRIMARY KEY ("bot_id", "key")
);

-- CreateTable
CREATE TABLE "bot_facet" (
    "bot_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "name" TEXT NOT NULL,

    PRIMARY KEY ("bot_id", "kind", "key")
);

-- AddColumn
ALTER TABLE "bot" ADD COLUMN "tags" TEXT NOT NULL DEFAULT '[]';
ALTER TABLE "bot" ADD COLUMN "name_key" TEXT NOT NULL DEFAULT '';

-- CreateIndex
CREATE INDEX "bot_tag_key_bot_id_idx" ON "bot_tag"("key", "bot_id");

-- CreateIndex
CREATE INDEX "bot_facet_kind_key_bot_id_idx" ON "bot_facet"("kind", "key", "bot_id");

-- Lists by name follow the natural order of names. A job computes the keys of stored bots after the start.
DROP INDEX "bot_name_idx";
CREATE INDEX "bot_unlabelled_idx" ON "bot"("id") WHERE "name_key" = '';

-- Without statistics SQLite chooses among the indexes of a table by their order, so those that lists use are created last.
DROP INDEX "bot_active_idx";
DROP INDEX "bot_shown_idx";
CREATE INDEX "bot_shown_idx" ON "bot"("created_at", "id", "name", "status") WHERE "status" <> 'deleting';
CREATE INDEX "bot_active_idx" ON "bot"((coalesce("last_active", 0)), "id") WHERE "status" <> 'deleting';
CREATE INDEX "bot_name_key_idx" ON "bot"("name_key", "id", "status") WHERE "status" <> 'deleting';
