-- CreateTable
CREATE TABLE "status_page" (
    "seq" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "id" TEXT NOT NULL,
    "team_id" INTEGER NOT NULL,
    "created_by" INTEGER,
    "slug" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "visibility" TEXT NOT NULL DEFAULT 'off',
    "link_salt" TEXT NOT NULL,
    "components" TEXT NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 0,
    "created_at" BIGINT NOT NULL,
    "updated_at" BIGINT NOT NULL
);

-- CreateTable
CREATE TABLE "status_incident" (
    "seq" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "id" TEXT NOT NULL,
    "page_id" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "impact" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "updates" TEXT NOT NULL,
    "started_at" BIGINT NOT NULL,
    "resolved_at" BIGINT,
    CONSTRAINT "status_incident_page_id_fkey" FOREIGN KEY ("page_id") REFERENCES "status_page" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateIndex
CREATE UNIQUE INDEX "status_page_id_key" ON "status_page"("id");

-- CreateIndex
CREATE UNIQUE INDEX "status_page_slug_key" ON "status_page"("slug");

-- CreateIndex
CREATE INDEX "status_page_team_id_seq_idx" ON "status_page"("team_id", "seq");

-- CreateIndex
CREATE UNIQUE INDEX "status_incident_id_key" ON "status_incident"("id");

-- CreateIndex
CREATE INDEX "status_incident_page_id_seq_idx" ON "status_incident"("page_id", "seq");
