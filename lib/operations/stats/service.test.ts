import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Actor } from "@/lib/core/actor";
import { AppError } from "@/lib/core/errors";
import type { Bot } from "@/lib/fleet/bots/contract";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { aStoredBot, aStoredCommand, openRoom } from "@/tests/db/rooms";
import { getBotStats, getStatsOverview } from "./contract";
import { createStatsService } from "./service";
import { createStatsStore } from "./store";

const user = (user_id: number, role: "user" | "moderator" | "admin"): Actor => ({
  kind: "user",
  user_id,
  username: "",
  email: "",
  fullname: "",
  role,
  scope: "read",
  created_at: "",
});

describe.each(databases)("stats on $provider", (kind) => {
  let database: TestDatabase;
  const stats = createStatsService({
    store: createStatsStore(),
    bots: {
      async reach(actor, botId) {
        if (actor.kind === "user" && actor.role === "user" && botId !== "a1") throw new AppError("NOT_FOUND", "No bot");
        return { id: botId, team_id: 1 };
      },
      get: async (_actor, id) => ({ id, status: id === "a1" ? "busy" : "offline" }) as Bot,
    },
    connected: () => 3,
  });

  beforeAll(async () => {
    database = await openRoom(kind);
    const bots = [
      ["a1", 1, "busy", 5],
      ["a2", 1, "offline", 7],
      ["b1", 2, "online", 11],
      ["gone", null, "deleting", 100],
    ] as const;
    for (const [id, owner_id, status, n] of bots) {
      const commands = { total_commands: n, pending_commands: 1, failed_commands: 2 };
      await aStoredBot({ id, owner_id, status, ...commands, total_logs: n, error_logs: 3, total_messages: n });
    }
    for (const type of ["restart", "send_message", "send_message"]) await aStoredCommand({ bot_id: "a1", type });
  });
  afterAll(() => database.close());

  it("counts a user's own bots", async () => {
    const overview = await stats.overview(user(1, "user"));
    expect(getStatsOverview.response.parse(overview)).toEqual({
      total_users: 1,
      total_bots: 2,
      user_bots: 2,
      total_commands: 12,
      pending_commands: 2,
      total_logs: 12,
      total_messages: 12,
      connected_clients: 3,
      online_bots: 1,
      failed_commands: 4,
      cancelled_commands: 0,
      error_logs: 6,
    });
  });

  it.each(["admin", "moderator"] as const)("counts everything for %s, and its own bots apart", async (role) => {
    const overview = await stats.overview(user(2, role));
    expect(overview).toMatchObject({ total_users: 0, total_bots: 3, user_bots: 1, total_commands: 23, online_bots: 2 });
  });

  it("counts nothing for a newcomer", async () => {
    expect(await stats.overview(user(9, "user"))).toMatchObject({ total_bots: 0, total_logs: 0, total_users: 1 });
  });

  it("refuses anybody who is not signed in", async () => {
    await expect(stats.overview({ kind: "public", ip: "::1" })).rejects.toMatchObject({ code: "UNAUTHORIZED" });
  });

  it("tells a bot's figures and types of command", async () => {
    const figures = getBotStats.response.parse(await stats.ofBot(user(1, "user"), "a1"));
    expect(figures).toMatchObject({ total_commands: 5, total_logs: 5, command_types: { send_message: 2, restart: 1 } });
    expect(await stats.info(user(1, "user"), "a1")).toMatchObject({
      online: true,
      stats: {
        total_commands: 5,
        pending_commands: 1,
        failed_commands: 2,
        completed_commands: 0,
        cancelled_commands: 0,
      },
    });
    expect(await stats.info(user(1, "user"), "a1").then(({ stats }) => Object.keys(stats))).toHaveLength(5);
  });

  it.each([
    ["NOT_FOUND", user(1, "user"), "b1"],
    ["NOT_FOUND", user(2, "admin"), "nope"],
  ])("refuses figures with %s", async (code, actor, id) => {
    await expect(stats.ofBot(actor, id)).rejects.toMatchObject({ code });
  });
});
