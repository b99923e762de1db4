-- AlterTable
ALTER TABLE "ticket" ADD COLUMN "last_author" TEXT;

-- The author of the latest message that is no note and no event, as lists preview it.
UPDATE "ticket" SET "last_author" = (
    SELECT m."author_name" FROM "ticket_message" m
    WHERE m."ticket_id" = "ticket"."id" AND m."note" = 0 AND m."author_type" <> 'system'
    ORDER BY m."seq" DESC LIMIT 1
);
