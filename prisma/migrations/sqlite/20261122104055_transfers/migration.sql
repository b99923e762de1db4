-- CreateTable
CREATE TABLE "transfer" (
    "seq" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "id" TEXT NOT NULL,
    "owner_id" INTEGER NOT NULL,
    "kind" TEXT NOT NULL DEFAULT 'http',
    "url" TEXT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'queued',
    "phase" TEXT NOT NULL DEFAULT 'fetch',
    "destination" TEXT NOT NULL DEFAULT 'local',
    "folder_id" TEXT,
    "filename" TEXT,
    "checksum" TEXT,
    "requested_for" TEXT,
    "dir" TEXT NOT NULL,
    "size" BIGINT,
    "downloaded" BIGINT NOT NULL DEFAULT 0,
    "uploaded" BIGINT NOT NULL DEFAULT 0,
    "speed" BIGINT,
    "spent" BIGINT NOT NULL DEFAULT 0,
    "state" TEXT NOT NULL DEFAULT '{}',
    "files" TEXT NOT NULL DEFAULT '[]',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "connections" INTEGER NOT NULL DEFAULT 0,
    "error" TEXT,
    "created_at" BIGINT NOT NULL,
    "started_at" BIGINT,
    "finished_at" BIGINT,
    "due_at" BIGINT NOT NULL,
    "delete_at" BIGINT,
    "leased_by" TEXT,
    "leased_until" BIGINT,
    CONSTRAINT "transfer_owner_id_fkey" FOREIGN KEY ("owner_id") REFERENCES "user" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateIndex
CREATE UNIQUE INDEX "transfer_id_key" ON "transfer"("id");

-- CreateIndex
CREATE INDEX "transfer_owner_id_seq_idx" ON "transfer"("owner_id", "seq");

-- CreateIndex
CREATE INDEX "transfer_status_due_at_idx" ON "transfer"("status", "due_at");

-- CreateIndex
CREATE INDEX "transfer_finished_at_idx" ON "transfer"("finished_at");

-- CreateIndex
CREATE INDEX "transfer_delete_at_idx" ON "transfer"("delete_at");
