-- CreateTable
CREATE TABLE "audit_stream" (
    "kind" TEXT NOT NULL,
    "enabled" INTEGER NOT NULL DEFAULT 1,
    "address" TEXT NOT NULL,
    "hint" TEXT NOT NULL,
    "position" BIGINT NOT NULL,
    "last_sent_at" BIGINT,
    "last_error" TEXT,

    CONSTRAINT "audit_stream_pkey" PRIMARY KEY ("kind")
);
