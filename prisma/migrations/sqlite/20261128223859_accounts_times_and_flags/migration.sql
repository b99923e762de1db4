-- Times become epoch milliseconds and flags 0 or 1, as in all other tables. A time may be text or a number already.
PRAGMA defer_foreign_keys=ON;
PRAGMA foreign_keys=OFF;
CREATE TABLE "new_account" (
    "id" TEXT NOT NULL PRIMARY KEY,
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
    "founding" INTEGER NOT NULL DEFAULT 0,
    "username" TEXT,
    "discriminator" TEXT,
    "avatar" TEXT,
    CONSTRAINT "account_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
INSERT INTO "new_account" ("access_token", "avatar", "discriminator", "expires_at", "founding", "id", "id_token", "provider", "provider_account_id", "refresh_token", "scope", "session_state", "token_type", "type", "user_id", "username")
SELECT
    "access_token", "avatar", "discriminator", "expires_at", "founding", "id", "id_token", "provider", "provider_account_id", "refresh_token", "scope", "session_state", "token_type", "type", "user_id", "username"
FROM "account";
DROP TABLE "account";
ALTER TABLE "new_account" RENAME TO "account";
CREATE INDEX "account_user_id_idx" ON "account"("user_id");
CREATE UNIQUE INDEX "account_provider_provider_account_id_key" ON "account"("provider", "provider_account_id");
CREATE TABLE "new_api_key" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "user_id" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "prefix" TEXT NOT NULL,
    "key_hash" TEXT NOT NULL,
    "scope" TEXT NOT NULL,
    "created_at" BIGINT NOT NULL,
    "expires_at" BIGINT,
    "last_used_at" BIGINT,
    "revoked_at" BIGINT,
    CONSTRAINT "api_key_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
INSERT INTO "new_api_key" ("created_at", "expires_at", "id", "key_hash", "last_used_at", "name", "prefix", "revoked_at", "scope", "user_id")
SELECT
    CASE typeof("created_at") WHEN 'text' THEN CAST(round((julianday("created_at") - 2440587.5) * 86400000) AS INTEGER) ELSE CAST("created_at" AS INTEGER) END,
    CASE typeof("expires_at") WHEN 'text' THEN CAST(round((julianday("expires_at") - 2440587.5) * 86400000) AS INTEGER) ELSE CAST("expires_at" AS INTEGER) END,
    "id", "key_hash",
    CASE typeof("last_used_at") WHEN 'text' THEN CAST(round((julianday("last_used_at") - 2440587.5) * 86400000) AS INTEGER) ELSE CAST("last_used_at" AS INTEGER) END,
    "name", "prefix",
    CASE typeof("revoked_at") WHEN 'text' THEN CAST(round((julianday("revoked_at") - 2440587.5) * 86400000) AS INTEGER) ELSE CAST("revoked_at" AS INTEGER) END,
    "scope", "user_id"
FROM "api_key";
DROP TABLE "api_key";
ALTER TABLE "new_api_key" RENAME TO "api_key";
CREATE UNIQUE INDEX "api_key_key_hash_key" ON "api_key"("key_hash");
CREATE INDEX "api_key_user_id_idx" ON "api_key"("user_id");
CREATE TABLE "new_email_verification" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "user_id" INTEGER NOT NULL,
    "email" TEXT NOT NULL,
    "token_hash" TEXT NOT NULL,
    "expires_at" BIGINT NOT NULL,
    "created_at" BIGINT NOT NULL,
    CONSTRAINT "email_verification_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
INSERT INTO "new_email_verification" ("created_at", "email", "expires_at", "id", "token_hash", "user_id")
SELECT
    CASE typeof("created_at") WHEN 'text' THEN CAST(round((julianday("created_at") - 2440587.5) * 86400000) AS INTEGER) ELSE CAST("created_at" AS INTEGER) END,
    "email",
    CASE typeof("expires_at") WHEN 'text' THEN CAST(round((julianday("expires_at") - 2440587.5) * 86400000) AS INTEGER) ELSE CAST("expires_at" AS INTEGER) END,
    "id", "token_hash", "user_id"
FROM "email_verification";
DROP TABLE "email_verification";
ALTER TABLE "new_email_verification" RENAME TO "email_verification";
CREATE UNIQUE INDEX "email_verification_token_hash_key" ON "email_verification"("token_hash");
CREATE INDEX "email_verification_user_id_idx" ON "email_verification"("user_id");
CREATE INDEX "email_verification_expires_at_idx" ON "email_verification"("expires_at");
CREATE TABLE "new_ended_access" (
    "kind" TEXT NOT NULL,
    "ref" TEXT NOT NULL,
    "at" BIGINT NOT NULL,

    PRIMARY KEY ("kind", "ref")
);
INSERT INTO "new_ended_access" ("at", "kind", "ref")
SELECT
    CASE typeof("at") WHEN 'text' THEN CAST(round((julianday("at") - 2440587.5) * 86400000) AS INTEGER) ELSE CAST("at" AS INTEGER) END,
    "kind", "ref"
FROM "ended_access";
DROP TABLE "ended_access";
ALTER TABLE "new_ended_access" RENAME TO "ended_access";
CREATE TABLE "new_login_throttle" (
    "key" TEXT NOT NULL PRIMARY KEY,
    "failures" INTEGER NOT NULL DEFAULT 0,
    "last_at" BIGINT NOT NULL,
    "locked_until" BIGINT
);
INSERT INTO "new_login_throttle" ("failures", "key", "last_at", "locked_until")
SELECT
    "failures", "key",
    CASE typeof("last_at") WHEN 'text' THEN CAST(round((julianday("last_at") - 2440587.5) * 86400000) AS INTEGER) ELSE CAST("last_at" AS INTEGER) END,
    CASE typeof("locked_until") WHEN 'text' THEN CAST(round((julianday("locked_until") - 2440587.5) * 86400000) AS INTEGER) ELSE CAST("locked_until" AS INTEGER) END
FROM "login_throttle";
DROP TABLE "login_throttle";
ALTER TABLE "new_login_throttle" RENAME TO "login_throttle";
CREATE TABLE "new_password_reset" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "user_id" INTEGER NOT NULL,
    "token_hash" TEXT NOT NULL,
    "expires_at" BIGINT NOT NULL,
    "used_at" BIGINT,
    "created_at" BIGINT NOT NULL,
    CONSTRAINT "password_reset_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
INSERT INTO "new_password_reset" ("created_at", "expires_at", "id", "token_hash", "used_at", "user_id")
SELECT
    CASE typeof("created_at") WHEN 'text' THEN CAST(round((julianday("created_at") - 2440587.5) * 86400000) AS INTEGER) ELSE CAST("created_at" AS INTEGER) END,
    CASE typeof("expires_at") WHEN 'text' THEN CAST(round((julianday("expires_at") - 2440587.5) * 86400000) AS INTEGER) ELSE CAST("expires_at" AS INTEGER) END,
    "id", "token_hash",
    CASE typeof("used_at") WHEN 'text' THEN CAST(round((julianday("used_at") - 2440587.5) * 86400000) AS INTEGER) ELSE CAST("used_at" AS INTEGER) END,
    "user_id"
FROM "password_reset";
DROP TABLE "password_reset";
ALTER TABLE "new_password_reset" RENAME TO "password_reset";
CREATE UNIQUE INDEX "password_reset_token_hash_key" ON "password_reset"("token_hash");
CREATE INDEX "password_reset_user_id_idx" ON "password_reset"("user_id");
CREATE TABLE "new_pending_account" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "username" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "fullname" TEXT NOT NULL DEFAULT '',
    "password_hash" TEXT NOT NULL,
    "token_hash" TEXT NOT NULL,
    "expires_at" BIGINT NOT NULL,
    "created_at" BIGINT NOT NULL
);
INSERT INTO "new_pending_account" ("created_at", "email", "expires_at", "fullname", "id", "password_hash", "token_hash", "username")
SELECT
    CASE typeof("created_at") WHEN 'text' THEN CAST(round((julianday("created_at") - 2440587.5) * 86400000) AS INTEGER) ELSE CAST("created_at" AS INTEGER) END,
    "email",
    CASE typeof("expires_at") WHEN 'text' THEN CAST(round((julianday("expires_at") - 2440587.5) * 86400000) AS INTEGER) ELSE CAST("expires_at" AS INTEGER) END,
    "fullname", "id", "password_hash", "token_hash", "username"
FROM "pending_account";
DROP TABLE "pending_account";
ALTER TABLE "new_pending_account" RENAME TO "pending_account";
CREATE UNIQUE INDEX "pending_account_token_hash_key" ON "pending_account"("token_hash");
CREATE INDEX "pending_account_expires_at_idx" ON "pending_account"("expires_at");
CREATE TABLE "new_session" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "session_token" TEXT NOT NULL,
    "user_id" INTEGER NOT NULL,
    "expires" BIGINT NOT NULL,
    "created_at" BIGINT NOT NULL,
    "last_seen_at" BIGINT NOT NULL,
    "ip" TEXT,
    "user_agent" TEXT,
    CONSTRAINT "session_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
INSERT INTO "new_session" ("created_at", "expires", "id", "ip", "last_seen_at", "session_token", "user_agent", "user_id")
SELECT
    CASE typeof("created_at") WHEN 'text' THEN CAST(round((julianday("created_at") - 2440587.5) * 86400000) AS INTEGER) ELSE CAST("created_at" AS INTEGER) END,
    CASE typeof("expires") WHEN 'text' THEN CAST(round((julianday("expires") - 2440587.5) * 86400000) AS INTEGER) ELSE CAST("expires" AS INTEGER) END,
    "id", "ip",
    CASE typeof("last_seen_at") WHEN 'text' THEN CAST(round((julianday("last_seen_at") - 2440587.5) * 86400000) AS INTEGER) ELSE CAST("last_seen_at" AS INTEGER) END,
    "session_token", "user_agent", "user_id"
FROM "session";
DROP TABLE "session";
ALTER TABLE "new_session" RENAME TO "session";
CREATE UNIQUE INDEX "session_session_token_key" ON "session"("session_token");
CREATE INDEX "session_user_id_idx" ON "session"("user_id");
CREATE INDEX "session_expires_idx" ON "session"("expires");
CREATE TABLE "new_user" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "username" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "password_hash" TEXT,
    "fullname" TEXT NOT NULL DEFAULT '',
    "phone" TEXT,
    "birthday" TEXT,
    "gender" TEXT,
    "version" INTEGER NOT NULL DEFAULT 0,
    "role" TEXT NOT NULL DEFAULT 'user',
    "is_active" INTEGER NOT NULL DEFAULT 1,
    "created_at" BIGINT NOT NULL,
    "last_login" BIGINT,
    "name" TEXT,
    "image" TEXT,
    "email_verified" BIGINT
);
INSERT INTO "new_user" ("birthday", "created_at", "email", "email_verified", "fullname", "gender", "id", "image", "is_active", "last_login", "name", "password_hash", "phone", "role", "username", "version")
SELECT
    "birthday",
    CASE typeof("created_at") WHEN 'text' THEN CAST(round((julianday("created_at") - 2440587.5) * 86400000) AS INTEGER) ELSE CAST("created_at" AS INTEGER) END,
    "email",
    CASE typeof("email_verified") WHEN 'text' THEN CAST(round((julianday("email_verified") - 2440587.5) * 86400000) AS INTEGER) ELSE CAST("email_verified" AS INTEGER) END,
    "fullname", "gender", "id", "image", "is_active",
    CASE typeof("last_login") WHEN 'text' THEN CAST(round((julianday("last_login") - 2440587.5) * 86400000) AS INTEGER) ELSE CAST("last_login" AS INTEGER) END,
    "name", "password_hash", "phone", "role", "username", "version"
FROM "user";
-- Ids of deleted users are never given again, so the counter is kept.
DELETE FROM sqlite_sequence WHERE name = 'new_user';
INSERT INTO sqlite_sequence (name, seq) SELECT 'new_user', seq FROM sqlite_sequence WHERE name = 'user';
DROP TABLE "user";
ALTER TABLE "new_user" RENAME TO "user";
CREATE UNIQUE INDEX "user_username_key" ON "user"("username");
CREATE UNIQUE INDEX "user_email_key" ON "user"("email");
PRAGMA foreign_keys=ON;
PRAGMA defer_foreign_keys=OFF;
