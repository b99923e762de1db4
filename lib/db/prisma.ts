/**
 * The Prisma client, for low-rate reads and writes and for next-auth. On SQLite its writes and transactions take the same
 * mutex as every other write of the process (prisma-sqlite.ts). Inside an interactive transaction use only that
 * transaction's client: waiting for another writer there would wait for oneself.
 */
import type { PrismaClient } from "@/generated/sqlite/client";
import { env } from "@/lib/env";
import { singleton } from "@/lib/singleton";
import { sqliteFile } from "./client";

const holder = singleton("prisma", () => ({ client: undefined as Promise<PrismaClient> | undefined }));

/** The process's Prisma client. The two generated clients have one shape; the code is typed by SQLite's. */
export function prisma(): Promise<PrismaClient> {
  holder.client ??= create();
  return holder.client;
}

export async function disconnectPrisma(): Promise<void> {
  const client = await holder.client;
  holder.client = undefined;
  await client?.$disconnect();
}

async function create(): Promise<PrismaClient> {
  if (env.provider === "postgresql") {
    const [{ PrismaClient: Client }, { PrismaPg }, { Connection }] = await Promise.all([
      import("@/generated/postgres/client"),
      import("@prisma/adapter-pg"),
      import("./postgres"),
    ]);
    return new Client({
      adapter: new PrismaPg({ connectionString: env.DATABASE_URL, max: 5, Client: Connection }),
    }) as unknown as PrismaClient;
  }
  const [{ PrismaClient: Client }, { sqliteAdapter }] = await Promise.all([
    import("@/generated/sqlite/client"),
    import("./prisma-sqlite"),
  ]);
  return new Client({ adapter: sqliteAdapter(sqliteFile()) });
}
