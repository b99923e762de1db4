-- CreateTable
CREATE TABLE "config_section" (
    "section" TEXT NOT NULL PRIMARY KEY,
    "value" TEXT NOT NULL DEFAULT '{}',
    "version" INTEGER NOT NULL DEFAULT 0,
    "updated_at" BIGINT NOT NULL
);

-- CreateTable
CREATE TABLE "config_change" (
    "seq" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "section" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "action" TEXT NOT NULL,
    "undoes" INTEGER,
    "changes" TEXT NOT NULL,
    "by_id" INTEGER,
    "by_name" TEXT NOT NULL,
    "at" BIGINT NOT NULL
);

-- CreateIndex
CREATE UNIQUE INDEX "config_change_section_version_key" ON "config_change"("section", "version");
