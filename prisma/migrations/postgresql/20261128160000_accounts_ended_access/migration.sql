-- CreateTable
CREATE TABLE "ended_access" (
    "kind" TEXT NOT NULL,
    "ref" TEXT NOT NULL,
    "at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ended_access_pkey" PRIMARY KEY ("kind","ref")
);

-- Keys revoked before this table existed.
INSERT INTO "ended_access" ("kind", "ref", "at")
SELECT 'key', "id", "revoked_at" FROM "api_key" WHERE "revoked_at" IS NOT NULL;
