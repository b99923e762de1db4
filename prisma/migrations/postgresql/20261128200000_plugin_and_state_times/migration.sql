-- Times become epoch milliseconds and flags 0 or 1, as in all other tables.
ALTER TABLE "spent_state"
    ALTER COLUMN "expires_at" TYPE BIGINT USING round(extract(epoch FROM "expires_at") * 1000)::bigint;
ALTER TABLE "plugin" ALTER COLUMN "enabled" DROP DEFAULT;
ALTER TABLE "plugin" ALTER COLUMN "enabled" TYPE INTEGER USING "enabled"::integer;
ALTER TABLE "plugin" ALTER COLUMN "enabled" SET DEFAULT 0;
ALTER TABLE "plugin" ALTER COLUMN "changed_at" DROP DEFAULT;
ALTER TABLE "plugin"
    ALTER COLUMN "changed_at" TYPE BIGINT USING round(extract(epoch FROM "changed_at") * 1000)::bigint;
