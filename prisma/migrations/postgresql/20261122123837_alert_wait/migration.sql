-- CreateTable
CREATE TABLE "alert_wait" (
    "rule_id" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "since" BIGINT NOT NULL,

    CONSTRAINT "alert_wait_pkey" PRIMARY KEY ("rule_id","subject")
);

-- CreateTable
CREATE TABLE "machine_sample" (
    "at" BIGINT NOT NULL,
    "cpu" DOUBLE PRECISION NOT NULL,
    "memory" DOUBLE PRECISION NOT NULL,
    "disk" DOUBLE PRECISION NOT NULL,

    CONSTRAINT "machine_sample_pkey" PRIMARY KEY ("at")
);
