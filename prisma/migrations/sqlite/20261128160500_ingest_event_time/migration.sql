-- When it happened by the bot's own clock, where it said so. Added in place: nothing is copied.
ALTER TABLE "log" ADD COLUMN "event_at" BIGINT;
ALTER TABLE "message" ADD COLUMN "event_at" BIGINT;

-- Rows that came more than a minute late: found by when they happened. All others lie near that time in the order of seq
-- and cost no index entry (lib/telemetry/store.read.ts). Written by hand: the models do not know partial indexes.
CREATE INDEX "log_late_idx" ON "log"("event_at") WHERE "event_at" < "at" - 60000;
CREATE INDEX "message_late_idx" ON "message"("event_at") WHERE "event_at" < "at" - 60000;
