/** The plugins room on the open database, with plugins that a test writes, in their real processes. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, vi } from "vitest";
import type { UserActor } from "@/lib/core/actor";
import type { ActionDeps } from "@/lib/operations/plugins/actions";
import { getPlugin, getPluginLog, listPlugins } from "@/lib/operations/plugins/contract";
import { createPluginLog } from "@/lib/operations/plugins/log";
import { createPluginService, type PluginService } from "@/lib/operations/plugins/service";
import { createPluginStore } from "@/lib/operations/plugins/store";
import { createPluginLogStore } from "@/lib/operations/plugins/store.log";
import { createPluginValueStore } from "@/lib/operations/plugins/store.values";
import { eventually } from "../eventually";
import type { databases, TestDatabase } from "./databases";
import { openRoom } from "./rooms";

export const admin = { kind: "user", user_id: 1, role: "admin", scope: "admin" } as UserActor;
export const message = (text: string) => ({ message: { bot_id: "b", message: text } }) as never;

type Options = Partial<Parameters<typeof createPluginService>[0]> & { places: readonly string[] };

/** The service as one process of the server has it. */
export function aPluginService(options: Options & { actions: ActionDeps }): PluginService {
  const lines = createPluginLogStore();
  return createPluginService({
    store: createPluginStore(),
    lines,
    log: createPluginLog(lines, Date.now),
    emit: () => {},
    now: Date.now,
    version: "1.2.3",
    ...options,
  });
}

export const clearPlugins = async (database: TestDatabase): Promise<void> => {
  for (const table of ["plugin", "plugin_value", "plugin_log"]) await database.run(`DELETE FROM ${table}`);
};

/** Opens the room for the tests of a `describe`: each test has an empty folder and a service of its own. */
export function pluginRoom(provider: (typeof databases)[number]) {
  let database: TestDatabase;
  let folder: string;
  let service: PluginService;
  const open: PluginService[] = [];
  const emit = vi.fn();
  const actions = {
    values: createPluginValueStore(),
    sendCommand: vi.fn<ActionDeps["sendCommand"]>(),
    replyTicket: vi.fn<ActionDeps["replyTicket"]>(),
    notify: vi.fn<ActionDeps["notify"]>(),
    raiseAlert: vi.fn<ActionDeps["raiseAlert"]>(),
    resolveAlert: vi.fn<ActionDeps["resolveAlert"]>(),
    outbound: vi.fn<ActionDeps["outbound"]>(),
  };

  /** Another process's view of the same database and folder. */
  const anotherService = (limits: Options["limits"] = {}) => {
    const one = aPluginService({ places: [folder], actions, emit, limits: { pauseMs: 10, pauseMaxMs: 50, ...limits } });
    open.push(one);
    return one;
  };

  beforeAll(async () => {
    database = await openRoom(provider);
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "muster-plugins-"));
    const { values: _, ...calls } = actions;
    for (const mock of [emit, ...Object.values(calls)]) mock.mockReset();
    await clearPlugins(database);
    service = anotherService();
    await service.start();
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((one) => one.stop()));
    rmSync(folder, { recursive: true, force: true });
  });

  const write = (name: string, code: string, over: Record<string, unknown> = {}) => {
    mkdirSync(join(folder, name), { recursive: true });
    const about = { name, version: "1.0.0", description: "A test.", author: "Tests", hooks: ["message"] };
    writeFileSync(join(folder, name, "plugin.json"), JSON.stringify({ ...about, ...over }));
    writeFileSync(join(folder, name, "index.mjs"), code);
  };
  const list = async (of = service) => {
    const plugins = await of.list(admin);
    return listPlugins.response.parse({ plugins, count: plugins.length }).plugins;
  };
  const linesOf = async (name: string) => {
    const page = getPluginLog.response.parse(await service.lines(admin, name, { limit: 500 }));
    return page.lines.map(({ level, message: text }) => `${level}: ${text}`);
  };
  return {
    emit,
    actions,
    anotherService,
    write,
    list,
    linesOf,
    get database() {
      return database;
    },
    get folder() {
      return folder;
    },
    get service() {
      return service;
    },
    /** Takes another service for the one that the shorthands ask. */
    set service(one) {
      service = one;
    },
    async enable(name: string, code: string, over: Record<string, unknown> = {}) {
      write(name, code, over);
      return service.setEnabled(admin, name, true);
    },
    said: (name: string, text: string | RegExp) =>
      eventually(async () => expect((await linesOf(name)).join("\n")).toMatch(text)),
    plugin: async (name: string) => (await list()).find((one) => one.name === name)!,
    detail: async (name: string) => getPlugin.response.parse({ plugin: await service.get(admin, name) }).plugin,
  };
}
