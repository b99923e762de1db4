-- Counted up by every change of what people edit, so that an update made from an older version can be refused.
ALTER TABLE "bot" ADD COLUMN "version" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "bot" ADD COLUMN "manifest_version" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "user" ADD COLUMN "version" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "alert_rule" ADD COLUMN "version" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "alert_channel" ADD COLUMN "version" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "canned_reply" ADD COLUMN "version" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "plugin" ADD COLUMN "settings_version" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "ticket" ADD COLUMN "version" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "setting" ADD COLUMN "version" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "notification_preference" ADD COLUMN "version" INTEGER NOT NULL DEFAULT 0;
