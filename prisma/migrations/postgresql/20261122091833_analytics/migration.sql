-- CreateTable
CREATE TABLE "analytics_session" (
    "id" TEXT NOT NULL,
    "open_key" TEXT,
    "user_id" INTEGER NOT NULL,
    "login_id" TEXT,
    "key_id" TEXT,
    "day" TEXT NOT NULL,
    "platform" TEXT NOT NULL,
    "device" TEXT,
    "version" TEXT,
    "started_at" BIGINT NOT NULL,
    "last_activity" BIGINT NOT NULL,
    "ended_at" BIGINT,

    CONSTRAINT "analytics_session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "analytics_use" (
    "session_id" TEXT NOT NULL,
    "feature" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "count" INTEGER NOT NULL,

    CONSTRAINT "analytics_use_pkey" PRIMARY KEY ("session_id","feature","action")
);

-- CreateTable
CREATE TABLE "analytics_user" (
    "user_id" INTEGER NOT NULL,
    "first_seen" BIGINT NOT NULL,
    "last_seen" BIGINT NOT NULL,

    CONSTRAINT "analytics_user_pkey" PRIMARY KEY ("user_id")
);

-- CreateTable
CREATE TABLE "analytics_day" (
    "day" TEXT NOT NULL,
    "feature" TEXT NOT NULL,
    "platform" TEXT NOT NULL,
    "users" INTEGER NOT NULL DEFAULT 0,
    "sessions" INTEGER NOT NULL DEFAULT 0,
    "seconds" BIGINT NOT NULL DEFAULT 0,
    "actions" INTEGER NOT NULL DEFAULT 0,
    "views" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "analytics_day_pkey" PRIMARY KEY ("day","feature","platform")
);

-- CreateIndex
CREATE UNIQUE INDEX "analytics_session_open_key_key" ON "analytics_session"("open_key");

-- CreateIndex
CREATE INDEX "analytics_session_day_idx" ON "analytics_session"("day");

-- CreateIndex
CREATE INDEX "analytics_session_user_id_idx" ON "analytics_session"("user_id");

-- AddForeignKey
ALTER TABLE "analytics_session" ADD CONSTRAINT "analytics_session_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "analytics_use" ADD CONSTRAINT "analytics_use_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "analytics_session"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "analytics_user" ADD CONSTRAINT "analytics_user_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;
