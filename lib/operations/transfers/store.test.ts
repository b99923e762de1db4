/** Concurrent changes of one transfer, and which files are kept, on a real database. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { UserActor } from "@/lib/core/actor";
import { openWorld, type World } from "@/tests/accounts";
import { databases } from "@/tests/db/databases";
import { testQuotas } from "@/tests/quotas";
import { createTaskService } from "./service";
import { createTaskStore } from "./store";
import { createCleanupStore } from "./store.cleanup";
import { createEngineStore } from "./store.engine";

describe.each(databases)("transfers in $provider", (database) => {
  let world: World;
  let owner: UserActor;
  const dir = mkdtempSync(join(tmpdir(), "muster-transfers-"));
  const store = createTaskStore();
  const engine = createEngineStore();
  const leftovers = createCleanupStore();
  beforeAll(async () => {
    world = await openWorld(database);
    owner = (await world.someone()).actor as UserActor;
  });
  afterAll(async () => {
    await world.close();
    rmSync(dir, { recursive: true });
  });

  let n = 0;
  /** One that has ended. */
  async function ended(status: "completed" | "failed", deleteAt: number | null = null): Promise<string> {
    const id = `task_store${database.provider}${n++}`;
    const what = { kind: "http", url: "https://files.invalid/x", destination: "local", dir, at: 1 } as const;
    const none = { folder_id: null, filename: null, checksum: null, requested_for: null };
    const person = { credentials: null, contact: { name: null, platform: null } };
    await store.add({ id, owner_id: owner.user_id, ...what, ...none, ...person }, 10);
    expect((await engine.claim("me", 1, 2, 10))?.id).toBe(id);
    const files = JSON.stringify([{ name: "x", from: 0, bytes: 1, remote: null, path: "x" }]);
    expect(await engine.settle(id, "me", { status, error: null, files, at: 2, deleteAt })).toBe(true);
    return id;
  }

  it("counts transfers by status and way, as numbers on each database", async () => {
    await ended("completed");
    await ended("failed");
    const way = { kind: "http", destination: "local", phase: "fetch", tasks: 1, speed: 0 };
    const groups = await store.groups();
    expect(groups).toHaveLength(2);
    for (const status of ["completed", "failed"]) expect(groups).toContainEqual({ ...way, status });
  });

  it("keeps files until their time is over, and not when a process died before it deleted them", async () => {
    const [brief, lasting] = [await ended("completed", 10), await ended("completed")];
    expect(await leftovers.known([brief, lasting])).toEqual(new Set([brief, lasting]));
    expect((await leftovers.expired(10)).map(({ id }) => id)).toEqual([brief]);
    expect(await leftovers.known([brief, lasting])).toEqual(new Set([lasting]));
  });

  it("is cancelled when it is tried again in the moment it is to be removed", async () => {
    const id = await ended("failed");
    let isFirst = true;
    const service = createTaskService({
      ...{ emit: () => {}, now: () => 3, newId: () => "", refuseForbidden: async () => {} },
      ...{ accountOf: async () => null, downloadDir: async () => dir, leastRole: "user" },
      quotas: testQuotas(),
      runner: { wake: async () => {}, halt: async () => {}, live: () => undefined },
      senders: { gdrive: { missing: () => "" }, s3: { missing: () => "" } },
      torrents: { missing: () => undefined, check: async () => {}, forget: async () => {} },
      store: {
        ...store,
        async hide(of) {
          if (isFirst) await service.retry(owner, id);
          isFirst = false;
          return store.hide(of);
        },
      },
    });
    expect(await service.cancel(owner, id)).toMatchObject({ removed: false, task: { status: "cancelled" } });
    expect(await service.cancel(owner, id)).toMatchObject({ removed: true });
    await expect(service.cancel(owner, id)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});
