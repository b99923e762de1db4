-- CreateTable
CREATE TABLE "clock_step" (
    "table_name" TEXT NOT NULL,
    "seq" BIGINT NOT NULL,

    CONSTRAINT "clock_step_pkey" PRIMARY KEY ("table_name","seq")
);
