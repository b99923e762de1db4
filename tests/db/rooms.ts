/** Opens a migrated database as the process's own, for tests of a room's store and service against the real thing. */
import { connect, db, disconnect, disconnectPrisma, ingest } from "@/lib/core/db";
import { env } from "@/lib/core/env";
import { newId } from "@/lib/core/ids";
import type { databases, TestDatabase } from "./databases";

/** @returns the database, whose close() also restores the process's own */
export async function openRoom({ provider, open }: (typeof databases)[number]): Promise<TestDatabase> {
  const database = await open();
  const before = { DATABASE_URL: env.DATABASE_URL, provider: env.provider };
  Object.assign(env, { DATABASE_URL: database.url, provider });
  await connect();
  return {
    ...database,
    close: async () => {
      await ingest.drain();
      await disconnectPrisma();
      await disconnect();
      await database.close();
      Object.assign(env, before);
    },
  };
}

type Values = Record<string, string | number | null>;

async function insert(table: string, values: Values): Promise<void> {
  const columns = Object.keys(values);
  await db().run(
    `INSERT INTO "${table}" (${columns.join(", ")}) VALUES (${columns.map((_, place) => `$${place + 1}`).join(", ")})`,
    Object.values(values),
  );
}

/** Stores a bot of user 1, with other columns where `values` names them, and returns its id. */
export async function aStoredBot({ id = newId("bot"), ...values }: Values & { id?: string } = {}): Promise<string> {
  const usual = { owner_id: 1, name: "b", status_since: 0, token_hash: id, token_cipher: "", created_at: 0 };
  await insert("bot", { id, ...usual, ...values });
  return id;
}

/** Stores a pending command, with other columns where `values` names them, and returns its id. */
export async function aStoredCommand(values: Values & { bot_id: string }): Promise<string> {
  const id = newId("cmd");
  const row = { id, type: "ping", created_at: 0, ...values };
  await insert("command", row);
  await db().run(
    "INSERT INTO command_type (bot_id, type, sent) VALUES ($1, $2, 1) ON CONFLICT (bot_id, type) DO UPDATE SET sent = command_type.sent + 1",
    [row.bot_id, row.type],
  );
  return id;
}

/** Stores a user without a password, with other columns where `values` names them. */
export async function aStoredUser({ id, ...values }: Values & { id: number }): Promise<number> {
  await insert("user", { id, username: `u${id}`, email: `u${id}@example.org`, created_at: 0, ...values });
  return id;
}

/** Bots with counters: one of user 1, two of user 2, of which one is being deleted. */
export async function addBots(): Promise<void> {
  const counters = { total_logs: 10, error_logs: 3, warning_logs: 2, critical_logs: 1 };
  await aStoredBot({ id: "a", owner_id: 1, name: "a", status: "online", pending_commands: 2, ...counters });
  await aStoredBot({ id: "b", owner_id: 2, name: "b", status: "offline", pending_commands: 1, ...counters });
  await aStoredBot({ id: "c", owner_id: 2, name: "c", status: "deleting", pending_commands: 0, ...counters });
}
