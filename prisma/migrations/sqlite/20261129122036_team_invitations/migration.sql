-- AlterTable
ALTER TABLE "invitation" ADD COLUMN "team_id" INTEGER CONSTRAINT "invitation_team_id_fkey" REFERENCES "team" ("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "invitation" ADD COLUMN "team_role" TEXT;

-- CreateIndex
CREATE INDEX "invitation_team_id_id_idx" ON "invitation"("team_id", "id");
