-- CreateTable
CREATE TABLE "config_section" (
    "section" TEXT NOT NULL,
    "value" TEXT NOT NULL DEFAULT '{}',
    "version" INTEGER NOT NULL DEFAULT 0,
    "updated_at" BIGINT NOT NULL,

    CONSTRAINT "config_section_pkey" PRIMARY KEY ("section")
);

-- CreateTable
CREATE TABLE "config_change" (
    "seq" BIGSERIAL NOT NULL,
    "section" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "action" TEXT NOT NULL,
    "undoes" INTEGER,
    "changes" TEXT NOT NULL,
    "by_id" INTEGER,
    "by_name" TEXT NOT NULL,
    "at" BIGINT NOT NULL,

    CONSTRAINT "config_change_pkey" PRIMARY KEY ("seq")
);

-- CreateIndex
CREATE UNIQUE INDEX "config_change_section_version_key" ON "config_change"("section", "version");
