-- Added in place: a new table would take the old one's rows, and what refers to them, along.
ALTER TABLE "bot" ADD COLUMN "warning_logs" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "bot" ADD COLUMN "critical_logs" INTEGER NOT NULL DEFAULT 0;

-- Logs that are stored already.
UPDATE "bot" SET
  "warning_logs" = (SELECT COUNT(*) FROM "log" WHERE "log"."bot_id" = "bot"."id" AND LOWER("log"."type") IN ('warn', 'warning')),
  "critical_logs" = (SELECT COUNT(*) FROM "log" WHERE "log"."bot_id" = "bot"."id" AND LOWER("log"."type") = 'critical');
