-- AlterTable
ALTER TABLE "bot" ADD COLUMN "cancelled_commands" INTEGER NOT NULL DEFAULT 0;
-- The commands cancelled before this column existed. The index on (bot_id, status) finds a bot's failed commands.
UPDATE "bot" SET "cancelled_commands" = (
  SELECT count(*) FROM "command" WHERE "command"."bot_id" = "bot"."id" AND "command"."status" = 'failed' AND "command"."reason" = 'cancelled'
) WHERE "failed_commands" > 0;
