/** Maintenance windows over HTTP: who manages and sees them, and that they hold alerts and schedules back. */
import { beforeAll, describe, expect, it } from "vitest";
import { errorOf, type Json } from "../api";
import { eventually } from "../eventually";
import { aBot, aUser, type TestBot, type TestUser, theAdmin } from "../factories";

let owner: TestUser;
let stranger: TestUser;
let bot: TestBot;
beforeAll(async () => {
  [owner, stranger] = [await aUser(), await aUser()];
  bot = await aBot(owner);
});

const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();
const hour = (more: object = {}) => ({ name: "Upgrade", ends_at: inMinutes(60), ...more });
const make = async (more: object = {}, by = owner): Promise<Json> =>
  (await by.api.send("POST /api/maintenance-windows", { body: hour(more) })).json.window;
const at = (window_id: string) => ({ params: { window_id } });
const ofBot = async (who: TestUser, bot_id: string) => {
  const { status, json } = await who.api.send("GET /api/bot/{bot_id}/maintenance", { params: { bot_id } });
  return status === 200 ? json.windows.map(({ name, state }: Json) => [name, state]) : status;
};

describe("a maintenance window", () => {
  it("is its team's alone, and is shown to whoever sees its bots", async () => {
    const made = await make({ note: "A new host" });
    expect(made).toMatchObject({ state: "active", bots: null, pause_schedules: true, can_manage: true, version: 0 });
    expect(await ofBot(owner, bot.id)).toEqual([["Upgrade", "active"]]);
    expect(await ofBot(await theAdmin(), bot.id)).toEqual([["Upgrade", "active"]]);
    expect(await ofBot(stranger, bot.id)).toBe(404);
    const other = await aBot(stranger);
    expect(await ofBot(stranger, other.id)).toEqual([]);
    for (const line of ["GET /api/maintenance-windows/{window_id}", "DELETE /api/maintenance-windows/{window_id}"])
      expect((await stranger.api.send(line, at(made.window_id))).status).toBe(404);
    expect((await stranger.api.send("GET /api/maintenance-windows")).json.windows).toEqual([]);
    await owner.api.send("DELETE /api/maintenance-windows/{window_id}", at(made.window_id));
    expect(await ofBot(owner, bot.id)).toEqual([]);
  });

  it("is managed by maintainers of its team, and seen by its members", async () => {
    const [maintainer, operator] = [await aUser(), await aUser()];
    const { id: team_id } = (await owner.api.send("POST /api/teams", { body: { name: "Night shift" } })).json.team;
    for (const [who, role] of [[maintainer, "maintainer"] as const, [operator, "operator"] as const])
      await owner.api.send("POST /api/teams/{team_id}/members", {
        params: { team_id: String(team_id) },
        body: { user_id: who.id, role },
      });
    const made = await make({ team_id }, maintainer);
    const [listed] = (await operator.api.send("GET /api/maintenance-windows")).json.windows;
    expect(listed).toMatchObject({ window_id: made.window_id, can_manage: false });
    const end = (who: TestUser) => who.api.send("POST /api/maintenance-windows/{window_id}/end", at(made.window_id));
    expect((await end(operator)).status).toBe(403);
    expect((await end(maintainer)).json.window).toMatchObject({ state: "ended", next: null });
    expect((await end(maintainer)).status).toBe(409);
  });

  it("covers the bots of every team when an admin says so, and only then", async () => {
    expect((await owner.api.send("POST /api/maintenance-windows", { body: hour({ team_id: null }) })).status).toBe(403);
    const admin = await theAdmin();
    const made = await make({ team_id: null, name: "Server", bots: [bot.id] }, admin);
    expect(await ofBot(owner, bot.id)).toEqual([["Server", "active"]]);
    expect((await owner.api.send("GET /api/maintenance-windows/{window_id}", at(made.window_id))).status).toBe(404);
    await admin.api.send("DELETE /api/maintenance-windows/{window_id}", at(made.window_id));
  });

  it.each<[string, () => object]>([
    ["ends_at", () => ({ ends_at: inMinutes(-1) })],
    ["ends_at", () => ({ starts_at: inMinutes(30), ends_at: inMinutes(20) })],
    ["ends_at", () => ({ ends_at: inMinutes(40 * 1440) })],
    ["ends_at", () => ({ ends_at: undefined })],
    ["ends_at", () => ({ cron: "0 3 * * *", duration_minutes: 60 })],
    ["cron", () => ({ ends_at: undefined, cron: "0 0 31 2 *", duration_minutes: 60 })],
    ["duration_minutes", () => ({ ends_at: undefined, cron: "0 3 * * *", duration_minutes: 0 })],
    ["bots", () => ({ bots: ["bot_unknown"] })],
    ["time_zone", () => ({ time_zone: "Mars/Olympus" })],
  ])("names the field %s of a request that makes no sense", async (field, more) => {
    const refused = await owner.api.send("POST /api/maintenance-windows", { body: hour(more()) });
    expect([refused.status, errorOf(refused.json).details?.field]).toEqual([400, field]);
  });

  it("refuses a bot of another team, also one that the caller may see", async () => {
    const other = await aBot(stranger);
    const admin = await theAdmin();
    const refused = await admin.api.send("POST /api/maintenance-windows", { body: hour({ bots: [other.id] }) });
    expect([refused.status, errorOf(refused.json).details?.field]).toEqual([400, "bots"]);
  });

  it("is replaced from the version that was read, and keeps its beginning", async () => {
    const { window_id, starts_at, version } = await make();
    const put = (body: object) =>
      owner.api.send("PUT /api/maintenance-windows/{window_id}", { ...at(window_id), body: hour(body) });
    const changed = (await put({ name: "Longer", ends_at: inMinutes(90), version })).json.window;
    expect(changed).toMatchObject({ name: "Longer", starts_at, version: version + 1 });
    expect((await put({ name: "Late", version })).status).toBe(409);
    await owner.api.send("DELETE /api/maintenance-windows/{window_id}", at(window_id));
  });
});

describe("while a bot is in maintenance", () => {
  const messages = async () =>
    (await owner.api.send("GET /api/alerts", { query: { limit: "50" } })).json.alerts.map(
      ({ message }: Json) => message,
    );
  const fail = (one: TestBot) =>
    one.api.send("POST /api/bot/{bot_id}/logs", {
      params: { bot_id: one.id },
      body: { type: "error", message: "broken" },
    });

  it("its alerts wait for the end, and those of other bots do not", async () => {
    const [quiet, loud] = [await aBot(owner, { name: "Quiet" }), await aBot(owner, { name: "Loud" })];
    const { window_id } = await make({ bots: [quiet.id] });
    const rule = { name: "Failing", metric: "error_logs", threshold: 1, window_s: 600, severity: "low" };
    await owner.api.send("POST /api/alert-rules", { body: rule });
    await fail(quiet);
    await fail(loud);
    const raised = await eventually(messages, (found) => found.length > 0);
    expect(raised).toEqual([expect.stringContaining("Loud")]);
    await owner.api.send("POST /api/maintenance-windows/{window_id}/end", at(window_id));
    await eventually(messages, (found) => found.some((message: string) => message.includes("Quiet")));
  });

  it("schedules leave it out, and say why", async () => {
    const { window_id } = await make({ name: "Move", bots: [bot.id] });
    const schedule = { name: "Hourly", every_minutes: 60, time_zone: "UTC", bot_ids: [bot.id], type: "ping" };
    const { schedule_id } = (await owner.api.send("POST /api/schedules", { body: schedule })).json.schedule;
    const params = { schedule_id };
    const { run } = (await owner.api.send("POST /api/schedules/{schedule_id}/run", { params })).json;
    expect(run).toMatchObject({ state: "skipped", skipped: 1 });
    const { targets } = (
      await owner.api.send("GET /api/schedules/{schedule_id}/runs/{run_id}", {
        params: { schedule_id, run_id: run.run_id },
      })
    ).json;
    expect(targets).toMatchObject([{ state: "skipped", note: "In maintenance: Move" }]);
    await owner.api.send("DELETE /api/maintenance-windows/{window_id}", at(window_id));
    const { run: next } = (await owner.api.send("POST /api/schedules/{schedule_id}/run", { params })).json;
    expect(next).toMatchObject({ state: "open", skipped: 0 });
  });
});
