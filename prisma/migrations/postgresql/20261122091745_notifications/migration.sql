-- CreateTable
CREATE TABLE "notification" (
    "seq" BIGSERIAL NOT NULL,
    "id" TEXT NOT NULL,
    "user_id" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "body" TEXT NOT NULL,
    "url" TEXT,
    "priority" TEXT NOT NULL DEFAULT 'normal',
    "group_key" TEXT,
    "count" INTEGER NOT NULL DEFAULT 1,
    "created_at" BIGINT NOT NULL,
    "read_at" BIGINT,

    CONSTRAINT "notification_pkey" PRIMARY KEY ("seq")
);

-- CreateTable
CREATE TABLE "notification_preference" (
    "user_id" INTEGER NOT NULL,
    "value" TEXT NOT NULL,
    "updated_at" BIGINT NOT NULL,

    CONSTRAINT "notification_preference_pkey" PRIMARY KEY ("user_id")
);

-- CreateTable
CREATE TABLE "push_device" (
    "id" TEXT NOT NULL,
    "user_id" INTEGER NOT NULL,
    "channel" TEXT NOT NULL,
    "platform" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "address_hash" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "created_at" BIGINT NOT NULL,
    "last_sent_at" BIGINT,
    "last_status" TEXT,
    "last_error" TEXT,

    CONSTRAINT "push_device_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "delivery" (
    "seq" BIGSERIAL NOT NULL,
    "user_id" INTEGER NOT NULL,
    "notification_id" TEXT NOT NULL,
    "channel" TEXT NOT NULL,
    "device_id" TEXT,
    "group_key" TEXT,
    "payload" TEXT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'queued',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "error" TEXT,
    "created_at" BIGINT NOT NULL,
    "due_at" BIGINT NOT NULL,
    "finished_at" BIGINT,

    CONSTRAINT "delivery_pkey" PRIMARY KEY ("seq")
);

-- CreateTable
CREATE TABLE "broadcast" (
    "seq" BIGSERIAL NOT NULL,
    "id" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "message" TEXT NOT NULL,
    "priority" TEXT NOT NULL,
    "created_by" INTEGER,
    "created_at" BIGINT NOT NULL,
    "recipients" INTEGER NOT NULL,
    "reached" INTEGER NOT NULL DEFAULT 0,
    "cursor_id" INTEGER NOT NULL DEFAULT 0,
    "finished_at" BIGINT,

    CONSTRAINT "broadcast_pkey" PRIMARY KEY ("seq")
);

-- CreateIndex
CREATE UNIQUE INDEX "notification_id_key" ON "notification"("id");

-- CreateIndex
CREATE INDEX "notification_user_id_seq_idx" ON "notification"("user_id", "seq");

-- CreateIndex
CREATE INDEX "notification_user_id_read_at_idx" ON "notification"("user_id", "read_at");

-- CreateIndex
CREATE INDEX "notification_user_id_group_key_idx" ON "notification"("user_id", "group_key");

-- CreateIndex
CREATE INDEX "notification_created_at_idx" ON "notification"("created_at");

-- CreateIndex
CREATE UNIQUE INDEX "push_device_address_hash_key" ON "push_device"("address_hash");

-- CreateIndex
CREATE INDEX "push_device_user_id_idx" ON "push_device"("user_id");

-- CreateIndex
CREATE INDEX "delivery_status_due_at_idx" ON "delivery"("status", "due_at");

-- CreateIndex
CREATE INDEX "delivery_user_id_seq_idx" ON "delivery"("user_id", "seq");

-- CreateIndex
CREATE INDEX "delivery_device_id_status_idx" ON "delivery"("device_id", "status");

-- CreateIndex
CREATE INDEX "delivery_finished_at_idx" ON "delivery"("finished_at");

-- CreateIndex
CREATE UNIQUE INDEX "broadcast_id_key" ON "broadcast"("id");

-- CreateIndex
CREATE INDEX "broadcast_finished_at_idx" ON "broadcast"("finished_at");
