-- Which process runs a background job of which one runs at a time.
CREATE TABLE "job_lease" (
    "name" TEXT NOT NULL PRIMARY KEY,
    "holder" TEXT NOT NULL,
    "held_until" BIGINT NOT NULL
);
