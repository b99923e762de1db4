import { defineConfig } from "prisma/config";

// Name an existing file as the engine: `prisma generate` only checks that the path exists, and would download an engine otherwise.
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath;

export default defineConfig({
  schema: process.env.MUSTER_SCHEMA ?? "prisma/schema.prisma",
});
