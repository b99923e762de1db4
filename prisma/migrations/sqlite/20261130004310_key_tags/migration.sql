-- AlterTable
ALTER TABLE "api_key" ADD COLUMN "tags" TEXT;

-- AlterTable
ALTER TABLE "team_key" ADD COLUMN "tags" TEXT;
