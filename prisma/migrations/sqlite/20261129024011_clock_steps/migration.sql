-- CreateTable
CREATE TABLE "clock_step" (
    "table_name" TEXT NOT NULL,
    "seq" BIGINT NOT NULL,

    PRIMARY KEY ("table_name", "seq")
);
