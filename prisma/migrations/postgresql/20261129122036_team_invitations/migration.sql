-- AlterTable
ALTER TABLE "invitation" ADD COLUMN     "team_id" INTEGER,
ADD COLUMN     "team_role" TEXT;

-- CreateIndex
CREATE INDEX "invitation_team_id_id_idx" ON "invitation"("team_id", "id");

-- AddForeignKey
ALTER TABLE "invitation" ADD CONSTRAINT "invitation_team_id_fkey" FOREIGN KEY ("team_id") REFERENCES "team"("id") ON DELETE CASCADE ON UPDATE CASCADE;
