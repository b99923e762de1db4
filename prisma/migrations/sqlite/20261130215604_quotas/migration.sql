-- CreateTable
CREATE TABLE "quota" (
    "owner_id" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "amount" BIGINT NOT NULL,

    PRIMARY KEY ("owner_id", "kind")
);
