-- 1 while the password is the one of API_EXTRA_USERS and weaker than people may choose.
ALTER TABLE "user" ADD COLUMN "weak_password" INTEGER NOT NULL DEFAULT 0;

-- CreateIndex
CREATE INDEX "user_weak_password_idx" ON "user"("weak_password");
