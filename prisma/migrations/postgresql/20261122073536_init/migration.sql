-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "user" (
    "id" SERIAL NOT NULL,
    "username" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "password_hash" TEXT,
    "fullname" TEXT NOT NULL DEFAULT '',
    "phone" TEXT,
    "birthday" TEXT,
    "gender" TEXT,
    "role" TEXT NOT NULL DEFAULT 'user',
    "is_active" BOOLEAN NOT NULL DEFAULT true,
    "created_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_login" TIMESTAMP(3),
    "name" TEXT,
    "image" TEXT,
    "email_verified" TIMESTAMP(3),

    CONSTRAINT "user_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "session" (
    "id" TEXT NOT NULL,
    "session_token" TEXT NOT NULL,
    "user_id" INTEGER NOT NULL,
    "expires" TIMESTAMP(3) NOT NULL,
    "created_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_seen_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ip" TEXT,
    "user_agent" TEXT,

    CONSTRAINT "session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "account" (
    "id" TEXT NOT NULL,
    "user_id" INTEGER NOT NULL,
    "type" TEXT NOT NULL,
    "provider" TEXT NOT NULL,
    "provider_account_id" TEXT NOT NULL,
    "refresh_token" TEXT,
    "access_token" TEXT,
    "expires_at" INTEGER,
    "token_type" TEXT,
    "scope" TEXT,
    "id_token" TEXT,
    "session_state" TEXT,

    CONSTRAINT "account_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "api_key" (
    "id" TEXT NOT NULL,
    "user_id" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "prefix" TEXT NOT NULL,
    "key_hash" TEXT NOT NULL,
    "scope" TEXT NOT NULL,
    "created_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMP(3),
    "last_used_at" TIMESTAMP(3),
    "revoked_at" TIMESTAMP(3),

    CONSTRAINT "api_key_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "password_reset" (
    "id" TEXT NOT NULL,
    "user_id" INTEGER NOT NULL,
    "token_hash" TEXT NOT NULL,
    "expires_at" TIMESTAMP(3) NOT NULL,
    "used_at" TIMESTAMP(3),
    "created_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "password_reset_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "login_throttle" (
    "key" TEXT NOT NULL,
    "failures" INTEGER NOT NULL DEFAULT 0,
    "last_at" TIMESTAMP(3) NOT NULL,
    "locked_until" TIMESTAMP(3),

    CONSTRAINT "login_throttle_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "setting" (
    "key" TEXT NOT NULL,
    "value" TEXT NOT NULL,

    CONSTRAINT "setting_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "bot" (
    "id" TEXT NOT NULL,
    "owner_id" INTEGER,
    "name" TEXT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'offline',
    "status_since" BIGINT NOT NULL,
    "origin" TEXT NOT NULL DEFAULT 'created',
    "metadata" TEXT NOT NULL DEFAULT '{}',
    "settings" TEXT NOT NULL DEFAULT '{}',
    "settings_version" INTEGER NOT NULL DEFAULT 0,
    "token_hash" TEXT NOT NULL,
    "token_cipher" TEXT NOT NULL,
    "created_at" BIGINT NOT NULL,
    "last_active" BIGINT,
    "unclaimed_until" BIGINT,
    "total_commands" INTEGER NOT NULL DEFAULT 0,
    "pending_commands" INTEGER NOT NULL DEFAULT 0,
    "completed_commands" INTEGER NOT NULL DEFAULT 0,
    "failed_commands" INTEGER NOT NULL DEFAULT 0,
    "total_logs" INTEGER NOT NULL DEFAULT 0,
    "error_logs" INTEGER NOT NULL DEFAULT 0,
    "total_messages" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "bot_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "bot_data" (
    "bot_id" TEXT NOT NULL,
    "data" TEXT NOT NULL,
    "updated_at" BIGINT NOT NULL,

    CONSTRAINT "bot_data_pkey" PRIMARY KEY ("bot_id")
);

-- CreateTable
CREATE TABLE "command" (
    "seq" BIGSERIAL NOT NULL,
    "id" TEXT NOT NULL,
    "bot_id" TEXT NOT NULL,
    "owner_id" INTEGER,
    "type" TEXT NOT NULL,
    "payload" TEXT NOT NULL DEFAULT '{}',
    "status" TEXT NOT NULL DEFAULT 'pending',
    "result" TEXT,
    "created_at" BIGINT NOT NULL,
    "completed_at" BIGINT,
    "dispatched_at" BIGINT,
    "lease_expires_at" BIGINT,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "created_by" INTEGER,

    CONSTRAINT "command_pkey" PRIMARY KEY ("seq")
);

-- CreateTable
CREATE TABLE "log" (
    "seq" BIGSERIAL NOT NULL,
    "bot_id" TEXT NOT NULL,
    "owner_id" INTEGER,
    "type" TEXT NOT NULL,
    "message" TEXT NOT NULL,
    "metadata" TEXT,
    "at" BIGINT NOT NULL,

    CONSTRAINT "log_pkey" PRIMARY KEY ("seq")
);

-- CreateTable
CREATE TABLE "message" (
    "seq" BIGSERIAL NOT NULL,
    "id" TEXT NOT NULL,
    "bot_id" TEXT NOT NULL,
    "owner_id" INTEGER,
    "message" TEXT NOT NULL,
    "author_id" TEXT NOT NULL,
    "author_name" TEXT NOT NULL,
    "thread_id" TEXT NOT NULL,
    "thread_type" TEXT NOT NULL,
    "metadata" TEXT,
    "at" BIGINT NOT NULL,

    CONSTRAINT "message_pkey" PRIMARY KEY ("seq")
);

-- CreateTable
CREATE TABLE "status_change" (
    "seq" BIGSERIAL NOT NULL,
    "bot_id" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "at" BIGINT NOT NULL,

    CONSTRAINT "status_change_pkey" PRIMARY KEY ("seq")
);

-- CreateIndex
CREATE UNIQUE INDEX "user_username_key" ON "user"("username");

-- CreateIndex
CREATE UNIQUE INDEX "user_email_key" ON "user"("email");

-- CreateIndex
CREATE UNIQUE INDEX "session_session_token_key" ON "session"("session_token");

-- CreateIndex
CREATE INDEX "session_user_id_idx" ON "session"("user_id");

-- CreateIndex
CREATE INDEX "session_expires_idx" ON "session"("expires");

-- CreateIndex
CREATE INDEX "account_user_id_idx" ON "account"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "account_provider_provider_account_id_key" ON "account"("provider", "provider_account_id");

-- CreateIndex
CREATE UNIQUE INDEX "api_key_key_hash_key" ON "api_key"("key_hash");

-- CreateIndex
CREATE INDEX "api_key_user_id_idx" ON "api_key"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "password_reset_token_hash_key" ON "password_reset"("token_hash");

-- CreateIndex
CREATE INDEX "password_reset_user_id_idx" ON "password_reset"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "bot_token_hash_key" ON "bot"("token_hash");

-- CreateIndex
CREATE INDEX "bot_owner_id_created_at_idx" ON "bot"("owner_id", "created_at");

-- CreateIndex
CREATE INDEX "bot_status_idx" ON "bot"("status");

-- CreateIndex
CREATE INDEX "bot_unclaimed_until_idx" ON "bot"("unclaimed_until");

-- CreateIndex
CREATE UNIQUE INDEX "command_id_key" ON "command"("id");

-- CreateIndex
CREATE INDEX "command_bot_id_status_seq_idx" ON "command"("bot_id", "status", "seq");

-- CreateIndex
CREATE INDEX "command_bot_id_seq_idx" ON "command"("bot_id", "seq");

-- CreateIndex
CREATE INDEX "command_bot_id_type_idx" ON "command"("bot_id", "type");

-- CreateIndex
CREATE INDEX "command_owner_id_seq_idx" ON "command"("owner_id", "seq");

-- CreateIndex
CREATE INDEX "log_bot_id_seq_idx" ON "log"("bot_id", "seq");

-- CreateIndex
CREATE INDEX "log_owner_id_seq_idx" ON "log"("owner_id", "seq");

-- CreateIndex
CREATE UNIQUE INDEX "message_id_key" ON "message"("id");

-- CreateIndex
CREATE INDEX "message_bot_id_seq_idx" ON "message"("bot_id", "seq");

-- CreateIndex
CREATE INDEX "message_owner_id_seq_idx" ON "message"("owner_id", "seq");

-- CreateIndex
CREATE INDEX "status_change_bot_id_seq_idx" ON "status_change"("bot_id", "seq");

-- CreateIndex
CREATE INDEX "status_change_at_idx" ON "status_change"("at");

-- AddForeignKey
ALTER TABLE "session" ADD CONSTRAINT "session_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "account" ADD CONSTRAINT "account_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "api_key" ADD CONSTRAINT "api_key_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "password_reset" ADD CONSTRAINT "password_reset_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;
