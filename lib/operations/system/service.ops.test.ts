/** Document 002's words about the server, and who may hear which. */
import { describe, expect, it } from "vitest";
import type { Actor, Role, Scope } from "@/lib/core/actor";
import { registerCache } from "@/lib/core/caches";
import { iso } from "@/lib/core/clock";
import type { JobState } from "@/lib/core/jobs";
import { someJobs } from "@/tests/scheduler";
import { createOperations } from "./service.ops";

const actor = (role: Role, scope: Scope = "admin"): Actor => ({
  ...{ kind: "user", user_id: 7, username: "ada", email: "", fullname: "", role, scope, created_at: "" },
});

function aService(jobs: () => JobState[] = () => []) {
  const asked: unknown[] = [];
  const service = createOperations({
    version: "3.1.0",
    uptime: () => 444_300,
    now: () => 0,
    usage: async () => ({ cpu: 0.234, memory: 0.45, disk: 0, networkIn: 0, networkOut: 0 }),
    tasks: async () => ({ active: 2, downloads: 150, uploads: 145 }),
    levels: async (visible) => {
      asked.push(visible);
      return { total: 15_234, errors: 45, warnings: 123, criticals: 2 };
    },
    logs: async (_, query) => {
      asked.push(query);
      return { logs: [{ message: "Connection timeout", timestamp: "2026-02-06T10:25:00.000Z" }] };
    },
    logFileSizes: () => [13_107_200],
    logDirectory: "/data/logs",
    clearElsewhere: (by) => void asked.push(`clear by ${by}`),
    restart: async () => ({ success: true, message: "" }),
    jobs,
  });
  return { service, asked };
}

describe("document 002's system operations", () => {
  it("status is told to anybody signed in, in the document's forms", async () => {
    expect(await aService().service.status(actor("user", "read"))).toEqual({
      ...{ version: "3.1.0", uptime: "5 days, 3 hours", activeTasks: 2, totalDownloads: 150, totalUploads: 145 },
      ...{ memoryUsage: "45%", cpuUsage: "23%", timestamp: "1970-01-01T00:00:00.000Z" },
    });
    await expect(aService().service.status({ kind: "public", ip: "" })).rejects.toMatchObject({ code: "UNAUTHORIZED" });
  });

  it("logger statistics count what the caller may see; the file is admins'", async () => {
    const counts = { totalLogs: 15_234, errorCount: 45, warningCount: 123, infoCount: 15_064, criticalCount: 2 };
    const recentErrors = ["Connection timeout at 10:25:00"];
    const hidden = { logFileSize: null, logDirectory: null, logFileCount: null, totalSizeBytes: null };
    const shown = { logFileSize: "12.5 MB", logDirectory: "/data/logs", logFileCount: 1, totalSizeBytes: 13_107_200 };
    for (const [role, owner, file] of [
      ["user", { teams: [7], bots: [] }, hidden],
      ["moderator", undefined, hidden],
      ["admin", undefined, shown],
    ] as const) {
      const { service, asked } = aService();
      expect(await service.loggerStats(actor(role))).toEqual({ ...counts, recentErrors, ...file });
      expect(asked).toEqual([owner, { level: "error,critical", limit: 10 }]);
    }
  });

  it("clearing the cache empties every one, counts what was dropped, and is an admin's", () => {
    const kept = [1, 2, 3];
    registerCache("numbers", { size: () => kept.length, clear: () => void kept.splice(0) });
    const { service, asked } = aService();
    for (const other of [actor("moderator"), actor("admin", "operate")])
      expect(() => service.clearCache(other)).toThrow(expect.objectContaining({ code: "FORBIDDEN" }));
    expect(service.clearCache(actor("admin"))).toMatchObject({ success: true, clearedItems: 3 });
    expect([kept, asked]).toEqual([[], ["clear by 7"]]);
    expect(service.caches(actor("admin"))).toContainEqual({ name: "numbers", items: 0 });
  });

  it("background jobs are listed with what they did and do next, for admins", async () => {
    const { every, advance, list } = someJobs();
    every({ name: "a.sweep", interval: 60_000, first: 0, run: () => Promise.reject(new Error("no")) }).start();
    await advance(0);
    const { service } = aService(list);
    expect(service.jobs(actor("admin"))).toEqual([
      {
        ...{ name: "a.sweep", state: "waiting", runs_in: "every_process", interval_s: 60, duration_ms: 0 },
        ...{ last_run: iso(0), last_success: null, next_run: iso(10_000), runs: 1, failures: 1, error: "no" },
      },
    ]);
    expect(() => service.jobs(actor("moderator"))).toThrow(expect.objectContaining({ code: "FORBIDDEN" }));
  });
});
