-- Times become epoch milliseconds and flags 0 or 1, as in all other tables. A time may be text or a number already.
PRAGMA defer_foreign_keys=ON;
PRAGMA foreign_keys=OFF;
CREATE TABLE "new_spent_state" (
    "nonce" TEXT NOT NULL PRIMARY KEY,
    "expires_at" BIGINT NOT NULL
);
INSERT INTO "new_spent_state" ("nonce", "expires_at")
SELECT "nonce",
       CASE typeof("expires_at") WHEN 'text' THEN CAST(round((julianday("expires_at") - 2440587.5) * 86400000) AS INTEGER) ELSE "expires_at" END
FROM "spent_state";
DROP TABLE "spent_state";
ALTER TABLE "new_spent_state" RENAME TO "spent_state";
CREATE INDEX "spent_state_expires_at_idx" ON "spent_state"("expires_at");
CREATE TABLE "new_plugin" (
    "name" TEXT NOT NULL PRIMARY KEY,
    "enabled" INTEGER NOT NULL DEFAULT 0,
    "settings" TEXT NOT NULL DEFAULT '{}',
    "settings_version" INTEGER NOT NULL DEFAULT 0,
    "disabled_reason" TEXT,
    "changed_by" INTEGER,
    "changed_at" BIGINT NOT NULL
);
INSERT INTO "new_plugin" ("name", "enabled", "settings", "settings_version", "disabled_reason", "changed_by", "changed_at")
SELECT "name", "enabled", "settings", "settings_version", "disabled_reason", "changed_by",
       CASE typeof("changed_at") WHEN 'text' THEN CAST(round((julianday("changed_at") - 2440587.5) * 86400000) AS INTEGER) ELSE "changed_at" END
FROM "plugin";
DROP TABLE "plugin";
ALTER TABLE "new_plugin" RENAME TO "plugin";
PRAGMA foreign_keys=ON;
PRAGMA defer_foreign_keys=OFF;
