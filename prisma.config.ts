import { defineConfig } from "prisma/config";

// `prisma generate` only checks that an engine path exists; naming one stops the download no offline machine can make.
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath;

export default defineConfig({
  schema: process.env.MUSTER_SCHEMA ?? "prisma/schema.prisma",
});
