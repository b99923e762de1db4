-- CreateTable
CREATE TABLE "saved_view" (
    "seq" BIGSERIAL NOT NULL,
    "id" TEXT NOT NULL,
    "team_id" INTEGER NOT NULL,
    "created_by" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "name_key" TEXT NOT NULL,
    "filter" TEXT NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 0,
    "created_at" BIGINT NOT NULL,
    "updated_at" BIGINT NOT NULL,

    CONSTRAINT "saved_view_pkey" PRIMARY KEY ("seq")
);

-- CreateTable
CREATE TABLE "view_pin" (
    "user_id" INTEGER NOT NULL,
    "view_id" TEXT NOT NULL,
    "pinned_at" BIGINT NOT NULL,

    CONSTRAINT "view_pin_pkey" PRIMARY KEY ("user_id","view_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "saved_view_id_key" ON "saved_view"("id");

-- CreateIndex
CREATE INDEX "saved_view_team_id_seq_idx" ON "saved_view"("team_id", "seq");

-- CreateIndex
CREATE UNIQUE INDEX "saved_view_team_id_name_key_key" ON "saved_view"("team_id", "name_key");

-- CreateIndex
CREATE INDEX "view_pin_view_id_idx" ON "view_pin"("view_id");

-- AddForeignKey
ALTER TABLE "view_pin" ADD CONSTRAINT "view_pin_view_id_fkey" FOREIGN KEY ("view_id") REFERENCES "saved_view"("id") ON DELETE CASCADE ON UPDATE CASCADE;
