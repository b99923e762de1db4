/**
 * The Prisma client, for low-rate reads and writes and for next-auth. On SQLite its writes and transactions take the
 * same mutex as every other write of the process (prisma-sqlite.ts). Inside an interactive transaction use only that
 * transaction's client: any other write would wait for the mutex that the transaction holds.
 */
import type { SqlDriverAdapterFactory } from "@prisma/driver-adapter-utils";
import type { PrismaClient } from "@/generated/sqlite/client";
import { env } from "@/lib/core/env";
import { sqliteFile } from "./client";
import { translate } from "./sql";

let opened: Promise<PrismaClient> | undefined;

/** The process's Prisma client. The two generated clients have one shape; the code is typed by SQLite's. */
export function prisma(): Promise<PrismaClient> {
  opened ??= create();
  return opened;
}

export async function disconnectPrisma(): Promise<void> {
  const client = await opened;
  opened = undefined;
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
      adapter: telling(
        new PrismaPg({
          connectionString: env.DATABASE_URL,
          max: 5,
          Client: Connection,
          connectionTimeoutMillis: 5_000,
        }),
      ),
    }) as unknown as PrismaClient;
  }
  const [{ PrismaClient: Client }, { sqliteAdapter }] = await Promise.all([
    import("@/generated/sqlite/client"),
    import("./prisma-sqlite"),
  ]);
  return new Client({ adapter: telling(sqliteAdapter(sqliteFile())) });
}

/**
 * Wraps a factory so that its adapters throw UNAVAILABLE when our own statements do: the database is full, locked or
 * unreachable.
 */
function telling(factory: SqlDriverAdapterFactory): SqlDriverAdapterFactory {
  const { provider, adapterName } = factory;
  return { provider, adapterName, connect: async () => withTranslatedErrors(await factory.connect()) };
}

function withTranslatedErrors<T extends object>(target: T): T {
  return new Proxy(target, {
    get(from, name) {
      const value = Reflect.get(from, name, from);
      if (typeof value !== "function") return value;
      return (...args: unknown[]) => {
        const result = value.apply(from, args);
        if (!(result instanceof Promise)) return result;
        return result.then(
          (outcome) => (name === "startTransaction" ? withTranslatedErrors(outcome) : outcome),
          (error) => Promise.reject(translate(error)),
        );
      };
    },
  });
}
