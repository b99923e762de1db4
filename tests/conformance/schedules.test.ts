/** Schedules over HTTP: who manages them, what a run sends, and what their history shows. */
import { beforeAll, describe, expect, it } from "vitest";
import { errorOf, type Json } from "../api";
import { eventually } from "../eventually";
import { aBot, anApiKey, aUser, type TestBot, type TestUser, theAdmin } from "../factories";

let owner: TestUser;
let stranger: TestUser;
let bot: TestBot;
beforeAll(async () => {
  [owner, stranger] = [await aUser(), await aUser()];
  bot = await aBot(owner);
});

const nightly = (more: object = {}) => ({
  ...{ name: "Nightly", cron: "30 2 * * *", time_zone: "Europe/Berlin", bot_ids: [bot.id], type: "restart" },
  ...more,
});
const make = async (more: object = {}, by = owner): Promise<Json> =>
  (await by.api.send("POST /api/schedules", { body: nightly(more) })).json.schedule;
const at = (schedule_id: string) => ({ params: { schedule_id } });

describe("a schedule", () => {
  it("shows its next runs, and is its owner's alone", async () => {
    const made = await make();
    expect(made).toMatchObject({ state: "active", bots: 1, bot_ids: [bot.id], can_manage: true, version: 0 });
    expect(made.next_runs).toHaveLength(5);
    expect(made.next_runs[0]).toBe(made.next_at);
    expect((await stranger.api.send("GET /api/schedules/{schedule_id}", at(made.schedule_id))).status).toBe(404);
    const listed = await stranger.api.send("GET /api/schedules");
    expect(listed.json.schedules).toEqual([]);
    const admin = await theAdmin();
    expect((await admin.api.send("GET /api/schedules/{schedule_id}", at(made.schedule_id))).status).toBe(200);
  });

  it("cannot name bots that its runs would not reach", async () => {
    const theirs = await aBot(stranger);
    const refused = await owner.api.send("POST /api/schedules", { body: nightly({ bot_ids: [theirs.id] }) });
    expect([refused.status, errorOf(refused.json).details?.field]).toEqual([404, "bot_ids"]);
  });

  it.each([
    ["cron", { cron: "61 * * * *" }],
    ["cron", { cron: "0 0 30 2 *" }],
    ["cron", { every_minutes: 5 }],
    ["every_minutes", { cron: undefined, every_minutes: 0 }],
    ["starts_at", { cron: undefined, every_minutes: 5, starts_at: "9999-12-31T23:59:59Z" }],
    ["time_zone", { time_zone: "Mars/Olympus" }],
    ["bot_ids", { filter: {} }],
  ])("names the field %s of a request that makes no sense", async (field, more) => {
    const refused = await owner.api.send("POST /api/schedules", { body: nightly(more) });
    expect([refused.status, errorOf(refused.json).details?.field]).toEqual([400, field]);
  });

  it("needs a key that may also send commands", async () => {
    const reading = await anApiKey(owner, "read");
    expect((await reading.api.send("POST /api/schedules", { body: nightly() })).status).toBe(403);
  });

  it("sends its command to each bot, names itself as the sender, and follows the outcome", async () => {
    const { schedule_id } = await make({ type: "ping", payload: { n: 1 }, name: "Ping them" });
    const { json } = await owner.api.send("POST /api/schedules/{schedule_id}/run", at(schedule_id));
    expect(json.run).toMatchObject({ trigger: "manual", state: "open", bots: 1 });
    const run = { params: { schedule_id, run_id: json.run.run_id } };
    const shown = async () => (await owner.api.send("GET /api/schedules/{schedule_id}/runs/{run_id}", run)).json;
    const [target] = (await shown()).targets;
    expect(target).toMatchObject({ bot_id: bot.id, bot_name: "Greeter", state: "queued" });
    const command = await owner.api.send("GET /api/commands/{command_id}", {
      params: { command_id: target.command_id },
    });
    expect(command.json.command.sender).toMatchObject({ kind: "schedule", id: schedule_id, name: "Ping them" });

    const again = await owner.api.send("POST /api/schedules/{schedule_id}/run", at(schedule_id));
    expect(again.json.run).toMatchObject({ state: "skipped", skipped: 1 });

    await bot.api.send("GET /api/bot/{bot_id}/commands", { params: { bot_id: bot.id } });
    await bot.api.send("POST /api/commands/{command_id}/ack", {
      params: { command_id: target.command_id },
      body: { status: "completed" },
    });
    const done = await eventually(shown, ({ run: { state } }) => state === "done");
    expect(done.run).toMatchObject({ completed: 1, failed: 0 });
  });

  it("runs by itself when it is due", async () => {
    // Far enough ahead for a slow machine: a time that has passed is not made up for.
    const starts_at = new Date(Date.now() + 5_000).toISOString();
    const { schedule_id } = await make({ cron: undefined, every_minutes: 60, starts_at, type: "ping" });
    const runs = await eventually(
      async () => (await owner.api.send("GET /api/schedules/{schedule_id}/runs", at(schedule_id))).json.runs,
      (found: Json[]) => found.length > 0 && found[0].state !== "sending",
    );
    expect(runs).toHaveLength(1);
    expect(runs[0]).toMatchObject({ trigger: "due", due_at: starts_at, bots: 1 });
  });

  it("can be paused, resumed, changed from its version, and deleted", async () => {
    const { schedule_id } = await make();
    const call = (verb: string) => owner.api.send(`POST /api/schedules/{schedule_id}/${verb}`, at(schedule_id));
    expect((await call("pause")).json.schedule).toMatchObject({ state: "paused", next_at: null, next_runs: [] });
    expect((await call("pause")).status).toBe(409);
    expect((await call("resume")).json.schedule.next_at).not.toBeNull();
    const put = (version: number) =>
      owner.api.send("PUT /api/schedules/{schedule_id}", {
        ...at(schedule_id),
        body: nightly({ name: "Renamed", version }),
      });
    expect((await put(0)).status).toBe(409);
    expect((await put(2)).json.schedule).toMatchObject({ name: "Renamed", version: 3 });
    expect((await owner.api.send("DELETE /api/schedules/{schedule_id}", at(schedule_id))).status).toBe(200);
    expect((await owner.api.send("GET /api/schedules/{schedule_id}", at(schedule_id))).status).toBe(404);
  });
});

describe("lists of schedules", () => {
  it("show the newest runs of each, and find schedules by a part of their name", async () => {
    const person = await aUser();
    const own = await aBot(person);
    const { schedule_id } = await make({ name: "Morning report", bot_ids: [own.id] }, person);
    await make({ name: "Cleanup", bot_ids: [own.id] }, person);
    for (let run = 0; run < 3; run++) await person.api.send("POST /api/schedules/{schedule_id}/run", at(schedule_id));
    const { json } = await person.api.send("GET /api/schedules", { query: { search: "REPORT" } });
    expect(json.schedules).toHaveLength(1);
    const [{ recent_runs, last_run, can_manage }] = json.schedules;
    expect([recent_runs.length, can_manage, recent_runs[0].run_id]).toEqual([3, true, last_run.run_id]);
  });

  it("show the schedules that would send a bot a command, the next one first", async () => {
    const person = await aUser();
    const [own, other] = [await aBot(person), await aBot(person)];
    await own.api.send("POST /api/bot/{bot_id}/status", { params: { bot_id: own.id }, body: { status: "online" } });
    await person.api.send("PUT /api/my-bots/{bot_id}/tags", { params: { bot_id: own.id }, body: { tags: ["eu"] } });
    const minutes = (every_minutes: number, more: object) =>
      make({ cron: undefined, every_minutes, name: `Every ${every_minutes}`, ...more }, person);
    const named = await minutes(90, { bot_ids: [own.id] });
    await minutes(60, { bot_ids: undefined, filter: { tag: "eu" } });
    await minutes(30, { bot_ids: undefined, filter: { tag: "us" } });
    await minutes(20, { bot_ids: [other.id] });
    const of = async (bot_id: string) =>
      (await person.api.send("GET /api/schedules", { query: { bot_id } })).json.schedules.map(({ name }: Json) => name);
    expect(await of(own.id)).toEqual(["Every 60", "Every 90"]);
    expect(await of(other.id)).toEqual(["Every 20"]);
    await stranger.api.refused("GET /api/schedules", "NOT_FOUND", { query: { bot_id: own.id } });
    await person.api.send("POST /api/schedules/{schedule_id}/pause", at(named.schedule_id));
    expect(await of(own.id)).toEqual(["Every 60"]);
  });
});

it("refuses to preview times that never come", async () => {
  const { status, json } = await owner.api.send("POST /api/schedules/preview", { body: { cron: "0 0 31 2 *" } });
  expect([status, errorOf(json).details?.field]).toEqual([400, "cron"]);
});

describe("schedules by GraphQL", () => {
  const ask = async (by: TestUser, query: string, variables: object = {}): Promise<Json> =>
    (await by.api.send("POST /graphql", { body: { query, variables } })).json;

  it("are created, previewed, run, paused and deleted as by REST", async () => {
    const person = await aUser();
    const own = await aBot(person);
    const input = { name: "Hourly", cron: "0 * * * *", timeZone: "Europe/Berlin", botIds: [own.id], type: "ping" };
    const made = await ask(
      person,
      "mutation ($s: ScheduleInput!) { createSchedule(schedule: $s) { schedule { scheduleId version nextRuns canManage } } }",
      { s: input },
    );
    const { scheduleId: id, version, nextRuns } = made.data.createSchedule.schedule;
    const preview = await ask(person, '{ previewSchedule(cron: "0 * * * *", timeZone: "Europe/Berlin") }');
    expect(preview.data.previewSchedule).toEqual(nextRuns);
    const run = await ask(person, "mutation ($id: ID!) { runSchedule(id: $id) { run { runId state bots } } }", { id });
    const { runId } = run.data.runSchedule.run;
    const shown = await ask(
      person,
      `query ($id: ID!, $run: ID!) {
        schedules(botId: "${own.id}") { nodes { name recentRuns { runId } } }
        scheduleRuns(scheduleId: $id) { nodes { runId } pageInfo { hasNextPage } }
        scheduleRun(scheduleId: $id, id: $run) { targets { botId state } }
      }`,
      { id, run: runId },
    );
    expect(shown.data).toEqual({
      schedules: { nodes: [{ name: "Hourly", recentRuns: [{ runId }] }] },
      scheduleRuns: { nodes: [{ runId }], pageInfo: { hasNextPage: false } },
      scheduleRun: { targets: [{ botId: own.id, state: "queued" }] },
    });
    const changed = await ask(
      person,
      "mutation ($id: ID!, $s: ScheduleInput!, $v: Int) { updateSchedule(id: $id, schedule: $s, version: $v) { schedule { name } } }",
      { id, s: { ...input, name: "Renamed" }, v: version },
    );
    expect(changed.data.updateSchedule.schedule.name).toBe("Renamed");
    const paused = await ask(person, "mutation ($id: ID!) { pauseSchedule(id: $id) { schedule { state } } }", { id });
    expect(paused.data.pauseSchedule.schedule.state).toBe("paused");
    expect((await ask(stranger, "query ($id: ID!) { schedule(id: $id) { name } }", { id })).errors).toHaveLength(1);
    const removed = await ask(person, "mutation ($id: ID!) { deleteSchedule(id: $id) { success } }", { id });
    expect(removed.data.deleteSchedule.success).toBe(true);
  });

  it("keep the team of a filter, as commands to many bots do", async () => {
    const person = await aUser();
    const { json } = await person.api.send("POST /api/teams", { body: { name: "Filtered" } });
    await aBot(person);
    const sent = await ask(
      person,
      'mutation ($team: ID) { bulkCommand(filter: { teamId: $team }, type: "ping") { queued } }',
      { team: json.team.id },
    );
    expect(sent.data.bulkCommand.queued).toBe(0);
  });
});

it("a team's schedule is managed by its maintainers and reaches the team's bots alone", async () => {
  const { json } = await owner.api.send("POST /api/teams", { body: { name: "Night shift" } });
  const team_id: number = json.team.id;
  const refused = await owner.api.send("POST /api/schedules", { body: nightly({ team_id }) });
  expect(refused.status).toBe(404);
  const made = await make({ team_id, bot_ids: undefined, filter: {} });
  expect(made.team_id).toBe(team_id);
  const { json: run } = await owner.api.send("POST /api/schedules/{schedule_id}/run", at(made.schedule_id));
  expect(run.run).toMatchObject({ state: "skipped", reason: "No bot matched", bots: 0 });
  expect((await stranger.api.send("POST /api/schedules", { body: nightly({ team_id }) })).status).toBe(404);
});
