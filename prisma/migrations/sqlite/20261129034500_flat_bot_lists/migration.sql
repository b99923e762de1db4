-- Lists of all bots by age and by name read only the page they show. A search reads names and ids from the first of
-- these indexes, and no whole row but those that match.
CREATE INDEX "bot_shown_idx" ON "bot"("created_at", "id", "name", "status") WHERE "status" <> 'deleting';
CREATE INDEX "bot_name_idx" ON "bot"((lower("name")), "id") WHERE "status" <> 'deleting';

-- Without figures about the new indexes the planners would take an older one.
ANALYZE "bot";
