-- CreateTable
CREATE TABLE "alert_rule" (
    "seq" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "id" TEXT NOT NULL,
    "owner_id" INTEGER NOT NULL,
    "global" INTEGER NOT NULL DEFAULT 0,
    "enabled" INTEGER NOT NULL DEFAULT 1,
    "definition" TEXT NOT NULL,
    "created_at" BIGINT NOT NULL,
    "updated_at" BIGINT NOT NULL
);

-- CreateTable
CREATE TABLE "alert" (
    "seq" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "id" TEXT NOT NULL,
    "owner_id" INTEGER,
    "rule_id" TEXT,
    "source" TEXT NOT NULL,
    "source_name" TEXT NOT NULL,
    "severity" TEXT NOT NULL,
    "message" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'firing',
    "open_key" TEXT,
    "count" INTEGER NOT NULL DEFAULT 1,
    "members" INTEGER NOT NULL DEFAULT 0,
    "open_members" INTEGER NOT NULL DEFAULT 0,
    "first_at" BIGINT NOT NULL,
    "last_at" BIGINT NOT NULL,
    "snoozed_until" BIGINT,
    "escalate_at" BIGINT,
    "escalated" INTEGER NOT NULL DEFAULT 0,
    "settled_by_id" INTEGER,
    "settled_by" TEXT,
    "settled_at" BIGINT,
    "resolved_at" BIGINT
);

-- CreateTable
CREATE TABLE "alert_member" (
    "seq" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "alert_id" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "label" TEXT NOT NULL,
    "bot_id" TEXT,
    "open_key" TEXT,
    "value" REAL NOT NULL,
    "count" INTEGER NOT NULL DEFAULT 1,
    "since" BIGINT NOT NULL,
    "resolved_at" BIGINT,
    CONSTRAINT "alert_member_alert_id_fkey" FOREIGN KEY ("alert_id") REFERENCES "alert" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "alert_event" (
    "seq" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "alert_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "by_id" INTEGER,
    "by_name" TEXT,
    "detail" TEXT NOT NULL DEFAULT '',
    "at" BIGINT NOT NULL,
    CONSTRAINT "alert_event_alert_id_fkey" FOREIGN KEY ("alert_id") REFERENCES "alert" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "alert_channel" (
    "seq" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "id" TEXT NOT NULL,
    "owner_id" INTEGER NOT NULL,
    "global" INTEGER NOT NULL DEFAULT 0,
    "kind" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "hint" TEXT NOT NULL,
    "min_severity" TEXT NOT NULL DEFAULT 'low',
    "enabled" INTEGER NOT NULL DEFAULT 1,
    "last_status" TEXT,
    "last_error" TEXT,
    "last_sent_at" BIGINT,
    "created_at" BIGINT NOT NULL
);

-- CreateTable
CREATE TABLE "alert_delivery" (
    "seq" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "id" TEXT NOT NULL,
    "channel_id" TEXT NOT NULL,
    "alert_id" TEXT,
    "payload" TEXT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'queued',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "error" TEXT,
    "created_at" BIGINT NOT NULL,
    "due_at" BIGINT NOT NULL,
    "finished_at" BIGINT,
    CONSTRAINT "alert_delivery_channel_id_fkey" FOREIGN KEY ("channel_id") REFERENCES "alert_channel" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateIndex
CREATE UNIQUE INDEX "alert_rule_id_key" ON "alert_rule"("id");

-- CreateIndex
CREATE INDEX "alert_rule_owner_id_seq_idx" ON "alert_rule"("owner_id", "seq");

-- CreateIndex
CREATE INDEX "alert_rule_enabled_idx" ON "alert_rule"("enabled");

-- CreateIndex
CREATE UNIQUE INDEX "alert_id_key" ON "alert"("id");

-- CreateIndex
CREATE UNIQUE INDEX "alert_open_key_key" ON "alert"("open_key");

-- CreateIndex
CREATE INDEX "alert_state_seq_idx" ON "alert"("state", "seq");

-- CreateIndex
CREATE INDEX "alert_owner_id_seq_idx" ON "alert"("owner_id", "seq");

-- CreateIndex
CREATE INDEX "alert_rule_id_state_idx" ON "alert"("rule_id", "state");

-- CreateIndex
CREATE INDEX "alert_resolved_at_idx" ON "alert"("resolved_at");

-- CreateIndex
CREATE INDEX "alert_escalate_at_idx" ON "alert"("escalate_at");

-- CreateIndex
CREATE INDEX "alert_snoozed_until_idx" ON "alert"("snoozed_until");

-- CreateIndex
CREATE UNIQUE INDEX "alert_member_open_key_key" ON "alert_member"("open_key");

-- CreateIndex
CREATE INDEX "alert_member_bot_id_seq_idx" ON "alert_member"("bot_id", "seq");

-- CreateIndex
CREATE UNIQUE INDEX "alert_member_alert_id_subject_key" ON "alert_member"("alert_id", "subject");

-- CreateIndex
CREATE INDEX "alert_event_alert_id_seq_idx" ON "alert_event"("alert_id", "seq");

-- CreateIndex
CREATE UNIQUE INDEX "alert_channel_id_key" ON "alert_channel"("id");

-- CreateIndex
CREATE INDEX "alert_channel_owner_id_seq_idx" ON "alert_channel"("owner_id", "seq");

-- CreateIndex
CREATE UNIQUE INDEX "alert_delivery_id_key" ON "alert_delivery"("id");

-- CreateIndex
CREATE INDEX "alert_delivery_status_due_at_idx" ON "alert_delivery"("status", "due_at");

-- CreateIndex
CREATE INDEX "alert_delivery_channel_id_seq_idx" ON "alert_delivery"("channel_id", "seq");

-- CreateIndex
CREATE INDEX "alert_delivery_finished_at_idx" ON "alert_delivery"("finished_at");
