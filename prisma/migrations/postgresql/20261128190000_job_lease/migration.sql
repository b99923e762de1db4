-- Which process runs a background job of which one runs at a time.
CREATE TABLE "job_lease" (
    "name" TEXT NOT NULL,
    "holder" TEXT NOT NULL,
    "held_until" BIGINT NOT NULL,

    CONSTRAINT "job_lease_pkey" PRIMARY KEY ("name")
);
