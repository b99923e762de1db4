-- AlterTable
ALTER TABLE "team_member" ADD COLUMN "provider" TEXT;
