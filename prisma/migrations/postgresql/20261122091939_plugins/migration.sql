-- CreateTable
CREATE TABLE "plugin" (
    "name" TEXT NOT NULL,
    "enabled" BOOLEAN NOT NULL DEFAULT false,
    "settings" TEXT NOT NULL DEFAULT '{}',
    "disabled_reason" TEXT,
    "changed_by" INTEGER,
    "changed_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "plugin_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "plugin_value" (
    "plugin" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "updated_at" BIGINT NOT NULL,

    CONSTRAINT "plugin_value_pkey" PRIMARY KEY ("plugin","key")
);

-- CreateTable
CREATE TABLE "plugin_log" (
    "seq" BIGSERIAL NOT NULL,
    "plugin" TEXT NOT NULL,
    "level" TEXT NOT NULL,
    "message" TEXT NOT NULL,
    "at" BIGINT NOT NULL,

    CONSTRAINT "plugin_log_pkey" PRIMARY KEY ("seq")
);

-- CreateIndex
CREATE INDEX "plugin_log_plugin_seq_idx" ON "plugin_log"("plugin", "seq");
