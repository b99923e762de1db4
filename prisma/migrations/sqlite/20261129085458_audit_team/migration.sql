-- AlterTable
ALTER TABLE "audit_record" ADD COLUMN "team_id" INTEGER;

-- CreateIndex
CREATE INDEX "audit_record_team_id_seq_idx" ON "audit_record"("team_id", "seq");
