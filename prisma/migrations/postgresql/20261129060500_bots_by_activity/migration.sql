-- The list of bots by their last activity reads only the page it shows. Heartbeats are stored together every few seconds,
-- so the index costs no request.
CREATE INDEX "bot_active_idx" ON "bot"((coalesce("last_active", 0)), "id") WHERE "status" <> 'deleting';
ANALYZE "bot";
