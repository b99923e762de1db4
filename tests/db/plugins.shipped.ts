/** The plugins that come with Muster, on a database of their own; what they ask of other rooms is recorded. */
import { resolve } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, vi } from "vitest";
import { outbound } from "@/lib/core/outbound/index";
import type { ActionDeps } from "@/lib/operations/plugins/actions";
import type { PluginService } from "@/lib/operations/plugins/service";
import { createPluginValueStore } from "@/lib/operations/plugins/store.values";
import { eventually } from "../eventually";
import { databases, type TestDatabase } from "./databases";
import { admin, aPluginService, clearPlugins } from "./plugins";
import { openRoom } from "./rooms";

export function shippedPlugins() {
  let database: TestDatabase;
  let service: PluginService;
  const calls = {
    sendCommand: vi.fn<ActionDeps["sendCommand"]>(),
    replyTicket: vi.fn<ActionDeps["replyTicket"]>(),
    raiseAlert: vi.fn<ActionDeps["raiseAlert"]>(),
    resolveAlert: vi.fn<ActionDeps["resolveAlert"]>(),
  };

  beforeAll(async () => {
    database = await openRoom(databases[0]!);
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    await clearPlugins(database);
    calls.sendCommand.mockReset().mockResolvedValue({ id: "cmd_1", status: "pending" });
    calls.replyTicket.mockReset().mockResolvedValue({ message_id: "msg_1" });
    calls.raiseAlert.mockReset().mockResolvedValue({ alert_id: "alert_1", state: "firing", count: 1 });
    calls.resolveAlert.mockReset().mockResolvedValue({ alert_id: "alert_1", state: "resolved", count: 1 });
    service = aPluginService({
      places: [resolve("plugins")],
      actions: {
        ...calls,
        values: createPluginValueStore(),
        notify: async () => {},
        // The stand-in is on this machine.
        outbound: (url, options) => outbound(url, { ...options, trusted: true }),
      },
      version: "1.0.0",
    });
    await service.start();
  });
  afterEach(() => service.stop());

  const stats = async (name: string) => (await service.get(admin, name)).stats;
  return {
    ...calls,
    get database() {
      return database;
    },
    get service() {
      return service;
    },
    stats,
    async enable(name: string, settings: Record<string, unknown>) {
      await service.putSettings(admin, name, settings);
      await service.setEnabled(admin, name, true);
    },
    called: (name: string, count: number) =>
      eventually(async () => expect(await stats(name)).toMatchObject({ calls: count, errors: 0, queued: 0 })),
    linesOf: async (name: string) =>
      (await service.lines(admin, name, { limit: 100 })).lines
        .map(({ level, message }) => `${level}: ${message}`)
        .join("\n"),
  };
}
