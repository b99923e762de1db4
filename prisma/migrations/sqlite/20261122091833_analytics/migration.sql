-- CreateTable
CREATE TABLE "analytics_session" (
    "id" TEXT NOT NULL PRIMARY KEY,
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
    CONSTRAINT "analytics_session_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "analytics_use" (
    "session_id" TEXT NOT NULL,
    "feature" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "count" INTEGER NOT NULL,

    PRIMARY KEY ("session_id", "feature", "action"),
    CONSTRAINT "analytics_use_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "analytics_session" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "analytics_user" (
    "user_id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "first_seen" BIGINT NOT NULL,
    "last_seen" BIGINT NOT NULL,
    CONSTRAINT "analytics_user_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user" ("id") ON DELETE CASCADE ON UPDATE CASCADE
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

    PRIMARY KEY ("day", "feature", "platform")
);

-- CreateIndex
CREATE UNIQUE INDEX "analytics_session_open_key_key" ON "analytics_session"("open_key");

-- CreateIndex
CREATE INDEX "analytics_session_day_idx" ON "analytics_session"("day");

-- CreateIndex
CREATE INDEX "analytics_session_user_id_idx" ON "analytics_session"("user_id");
