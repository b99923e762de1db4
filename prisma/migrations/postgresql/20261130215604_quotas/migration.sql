-- CreateTable
CREATE TABLE "quota" (
    "owner_id" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "amount" BIGINT NOT NULL,

    CONSTRAINT "quota_pkey" PRIMARY KEY ("owner_id","kind")
);
