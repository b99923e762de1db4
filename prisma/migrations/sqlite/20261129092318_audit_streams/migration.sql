-- CreateTable
CREATE TABLE "audit_stream" (
    "kind" TEXT NOT NULL PRIMARY KEY,
    "enabled" INTEGER NOT NULL DEFAULT 1,
    "address" TEXT NOT NULL,
    "hint" TEXT NOT NULL,
    "position" BIGINT NOT NULL,
    "last_sent_at" BIGINT,
    "last_error" TEXT
);
