-- Times become epoch milliseconds and flags 0 or 1, as in all other tables. A time without a zone is UTC.
ALTER TABLE "account"
    ALTER COLUMN "founding" DROP DEFAULT;
ALTER TABLE "account"
    ALTER COLUMN "founding" TYPE INTEGER USING "founding"::integer;
ALTER TABLE "account" ALTER COLUMN "founding" SET DEFAULT 0;
ALTER TABLE "api_key"
    ALTER COLUMN "created_at" DROP DEFAULT;
ALTER TABLE "api_key"
    ALTER COLUMN "created_at" TYPE BIGINT USING round(extract(epoch FROM "created_at") * 1000)::bigint,
    ALTER COLUMN "expires_at" TYPE BIGINT USING round(extract(epoch FROM "expires_at") * 1000)::bigint,
    ALTER COLUMN "last_used_at" TYPE BIGINT USING round(extract(epoch FROM "last_used_at") * 1000)::bigint,
    ALTER COLUMN "revoked_at" TYPE BIGINT USING round(extract(epoch FROM "revoked_at") * 1000)::bigint;
ALTER TABLE "email_verification"
    ALTER COLUMN "created_at" DROP DEFAULT;
ALTER TABLE "email_verification"
    ALTER COLUMN "created_at" TYPE BIGINT USING round(extract(epoch FROM "created_at") * 1000)::bigint,
    ALTER COLUMN "expires_at" TYPE BIGINT USING round(extract(epoch FROM "expires_at") * 1000)::bigint;
ALTER TABLE "ended_access"
    ALTER COLUMN "at" DROP DEFAULT;
ALTER TABLE "ended_access"
    ALTER COLUMN "at" TYPE BIGINT USING round(extract(epoch FROM "at") * 1000)::bigint;
ALTER TABLE "login_throttle"
    ALTER COLUMN "last_at" TYPE BIGINT USING round(extract(epoch FROM "last_at") * 1000)::bigint,
    ALTER COLUMN "locked_until" TYPE BIGINT USING round(extract(epoch FROM "locked_until") * 1000)::bigint;
ALTER TABLE "password_reset"
    ALTER COLUMN "created_at" DROP DEFAULT;
ALTER TABLE "password_reset"
    ALTER COLUMN "created_at" TYPE BIGINT USING round(extract(epoch FROM "created_at") * 1000)::bigint,
    ALTER COLUMN "expires_at" TYPE BIGINT USING round(extract(epoch FROM "expires_at") * 1000)::bigint,
    ALTER COLUMN "used_at" TYPE BIGINT USING round(extract(epoch FROM "used_at") * 1000)::bigint;
ALTER TABLE "pending_account"
    ALTER COLUMN "created_at" DROP DEFAULT;
ALTER TABLE "pending_account"
    ALTER COLUMN "created_at" TYPE BIGINT USING round(extract(epoch FROM "created_at") * 1000)::bigint,
    ALTER COLUMN "expires_at" TYPE BIGINT USING round(extract(epoch FROM "expires_at") * 1000)::bigint;
ALTER TABLE "session"
    ALTER COLUMN "created_at" DROP DEFAULT,
    ALTER COLUMN "last_seen_at" DROP DEFAULT;
ALTER TABLE "session"
    ALTER COLUMN "created_at" TYPE BIGINT USING round(extract(epoch FROM "created_at") * 1000)::bigint,
    ALTER COLUMN "expires" TYPE BIGINT USING round(extract(epoch FROM "expires") * 1000)::bigint,
    ALTER COLUMN "last_seen_at" TYPE BIGINT USING round(extract(epoch FROM "last_seen_at") * 1000)::bigint;
ALTER TABLE "user"
    ALTER COLUMN "created_at" DROP DEFAULT,
    ALTER COLUMN "is_active" DROP DEFAULT;
ALTER TABLE "user"
    ALTER COLUMN "created_at" TYPE BIGINT USING round(extract(epoch FROM "created_at") * 1000)::bigint,
    ALTER COLUMN "last_login" TYPE BIGINT USING round(extract(epoch FROM "last_login") * 1000)::bigint,
    ALTER COLUMN "email_verified" TYPE BIGINT USING round(extract(epoch FROM "email_verified") * 1000)::bigint,
    ALTER COLUMN "is_active" TYPE INTEGER USING "is_active"::integer;
ALTER TABLE "user" ALTER COLUMN "is_active" SET DEFAULT 1;
