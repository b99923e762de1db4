-- CreateIndex
CREATE INDEX "user_role_id_idx" ON "user"("role", "id");
