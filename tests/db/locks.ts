/** Waits until one transaction waits for another. */
import { vi } from "vitest";
import type { databases, TestDatabase } from "./databases";

/** Resolves when a statement in this database waits for a lock; at once on SQLite, whose writers queue in the process. */
export async function blocked(database: TestDatabase, provider: (typeof databases)[number]["provider"]): Promise<void> {
  if (provider === "sqlite") return;
  const waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
  await vi.waitUntil(async () => (await database.all(waiting)).length > 0, { timeout: 90_000, interval: 5 });
}
