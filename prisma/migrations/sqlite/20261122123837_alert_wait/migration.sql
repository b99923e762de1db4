-- CreateTable
CREATE TABLE "alert_wait" (
    "rule_id" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "since" BIGINT NOT NULL,

    PRIMARY KEY ("rule_id", "subject")
);

-- CreateTable
CREATE TABLE "machine_sample" (
    "at" BIGINT NOT NULL PRIMARY KEY,
    "cpu" REAL NOT NULL,
    "memory" REAL NOT NULL,
    "disk" REAL NOT NULL
);
