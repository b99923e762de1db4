-- Written by hand: the models do not know partial indexes.

-- Every list leaves out the rows of bots that are being deleted, so finding those bots must cost nothing.
CREATE INDEX "bot_deleting_idx" ON "bot"("id") WHERE "status" = 'deleting';
