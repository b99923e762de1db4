-- CreateTable
CREATE TABLE "ticket" (
    "seq" BIGSERIAL NOT NULL,
    "id" TEXT NOT NULL,
    "requester" TEXT NOT NULL,
    "owner_id" INTEGER,
    "bot_id" TEXT,
    "channel_id" TEXT,
    "user_id" TEXT,
    "user_name" TEXT NOT NULL,
    "user_avatar" TEXT,
    "type" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "folded" TEXT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'open',
    "priority" TEXT NOT NULL DEFAULT 'normal',
    "tags" TEXT NOT NULL DEFAULT '[]',
    "assigned_to" INTEGER,
    "assigned_name" TEXT,
    "claimed_at" BIGINT,
    "created_at" BIGINT NOT NULL,
    "last_at" BIGINT NOT NULL,
    "last_message" TEXT,
    "last_message_at" BIGINT,
    "closed_at" BIGINT,
    "closed_by" TEXT,
    "close_reason" TEXT,
    "reopen_count" INTEGER NOT NULL DEFAULT 0,
    "merged_into" TEXT,

    CONSTRAINT "ticket_pkey" PRIMARY KEY ("seq")
);

-- CreateTable
CREATE TABLE "ticket_message" (
    "seq" BIGSERIAL NOT NULL,
    "id" TEXT NOT NULL,
    "ticket_id" TEXT NOT NULL,
    "note" INTEGER NOT NULL DEFAULT 0,
    "author" TEXT NOT NULL,
    "author_id" TEXT NOT NULL,
    "author_name" TEXT NOT NULL,
    "author_avatar" TEXT,
    "author_type" TEXT NOT NULL,
    "content" TEXT NOT NULL,
    "folded" TEXT NOT NULL,
    "at" BIGINT NOT NULL,
    "bot_id" TEXT,
    "client_id" TEXT,

    CONSTRAINT "ticket_message_pkey" PRIMARY KEY ("seq")
);

-- CreateTable
CREATE TABLE "ticket_read" (
    "ticket_id" TEXT NOT NULL,
    "reader" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "last_seq" BIGINT NOT NULL,
    "at" BIGINT NOT NULL,

    CONSTRAINT "ticket_read_pkey" PRIMARY KEY ("ticket_id","reader")
);

-- CreateTable
CREATE TABLE "ticket_attachment" (
    "seq" BIGSERIAL NOT NULL,
    "id" TEXT NOT NULL,
    "ticket_id" TEXT NOT NULL,
    "message_id" TEXT,
    "uploader" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "size" INTEGER NOT NULL,
    "file" TEXT NOT NULL,
    "at" BIGINT NOT NULL,

    CONSTRAINT "ticket_attachment_pkey" PRIMARY KEY ("seq")
);

-- CreateTable
CREATE TABLE "canned_reply" (
    "id" TEXT NOT NULL,
    "shortcut" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "content" TEXT NOT NULL,
    "updated_at" BIGINT NOT NULL,
    "updated_by" TEXT NOT NULL,

    CONSTRAINT "canned_reply_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "ticket_id_key" ON "ticket"("id");

-- CreateIndex
CREATE INDEX "ticket_last_at_seq_idx" ON "ticket"("last_at", "seq");

-- CreateIndex
CREATE INDEX "ticket_status_last_at_seq_idx" ON "ticket"("status", "last_at", "seq");

-- CreateIndex
CREATE INDEX "ticket_requester_last_at_seq_idx" ON "ticket"("requester", "last_at", "seq");

-- CreateIndex
CREATE INDEX "ticket_bot_id_last_at_seq_idx" ON "ticket"("bot_id", "last_at", "seq");

-- CreateIndex
CREATE INDEX "ticket_assigned_to_status_last_at_idx" ON "ticket"("assigned_to", "status", "last_at");

-- CreateIndex
CREATE INDEX "ticket_owner_id_idx" ON "ticket"("owner_id");

-- CreateIndex
CREATE UNIQUE INDEX "ticket_message_id_key" ON "ticket_message"("id");

-- CreateIndex
CREATE INDEX "ticket_message_ticket_id_seq_idx" ON "ticket_message"("ticket_id", "seq");

-- CreateIndex
CREATE INDEX "ticket_message_author_idx" ON "ticket_message"("author");

-- CreateIndex
CREATE UNIQUE INDEX "ticket_message_ticket_id_author_client_id_key" ON "ticket_message"("ticket_id", "author", "client_id");

-- CreateIndex
CREATE INDEX "ticket_read_reader_idx" ON "ticket_read"("reader");

-- CreateIndex
CREATE UNIQUE INDEX "ticket_attachment_id_key" ON "ticket_attachment"("id");

-- CreateIndex
CREATE UNIQUE INDEX "ticket_attachment_file_key" ON "ticket_attachment"("file");

-- CreateIndex
CREATE INDEX "ticket_attachment_ticket_id_idx" ON "ticket_attachment"("ticket_id");

-- CreateIndex
CREATE INDEX "ticket_attachment_message_id_idx" ON "ticket_attachment"("message_id");

-- CreateIndex
CREATE UNIQUE INDEX "canned_reply_shortcut_key" ON "canned_reply"("shortcut");

-- AddForeignKey
ALTER TABLE "ticket_message" ADD CONSTRAINT "ticket_message_ticket_id_fkey" FOREIGN KEY ("ticket_id") REFERENCES "ticket"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ticket_read" ADD CONSTRAINT "ticket_read_ticket_id_fkey" FOREIGN KEY ("ticket_id") REFERENCES "ticket"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ticket_attachment" ADD CONSTRAINT "ticket_attachment_ticket_id_fkey" FOREIGN KEY ("ticket_id") REFERENCES "ticket"("id") ON DELETE CASCADE ON UPDATE CASCADE;
