-- Commands that a person sent to bots of a team, or to bots of somebody else. The others are found by their owner.
CREATE INDEX "command_sender_idx" ON "command"("created_by", "seq") WHERE "created_by" <> "owner_id";
