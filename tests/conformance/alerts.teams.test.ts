/**
 * Alert rules, channels and alerts of a team: what every role in the team may see and do, over real HTTP and sockets. What
 * belongs to one person alone is in access.test.ts.
 */
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { createAlertChannel, listAlertChannels } from "@/lib/operations/alerts/channels/contract";
import { listAlerts } from "@/lib/operations/alerts/contract";
import { createAlertRule, listAlertRules } from "@/lib/operations/alerts/rules/contract";
import { admin, found, server } from "../alert-server";
import { aBot, aUser, type TestBot, type TestUser } from "../factories";
import { closeSockets, connected } from "../sockets";

const RULE = { name: "Failing", metric: "failed_commands", threshold: 1, window_s: 600, severity: "high" };
const HOOK = { kind: "webhook", name: "Pager", url: "https://pager.example.org/alerts" };
const ROLES = ["viewer", "operator", "maintainer", "owner"] as const;
const CALLERS = ["other", "guest", ...ROLES, "moderator", "admin"] as const;
type Caller = (typeof CALLERS)[number];

let first: TestUser;
let people: Record<Caller, TestUser>;
let team_id: number;
let bot: TestBot;
let ids: { rule_id: string; channel_id: string; alert_id: string };

async function fail(by: TestUser, target: TestBot): Promise<void> {
  const { json } = await by.api.send("POST /api/commands", { body: { bot_id: target.id, type: "ping" } });
  await target.api.send("POST /api/commands/{command_id}/ack", {
    params: { command_id: json.command.id },
    body: { status: "failed" },
  });
}

const listedBy = async (who: TestUser, query: object = {}) => ({
  rules: (await who.api.call(listAlertRules, { query: query as never })).rules.map(({ rule_id }) => rule_id),
  channels: (await who.api.call(listAlertChannels, { query: query as never })).channels.map((one) => one.channel_id),
  alerts: (await who.api.call(listAlerts, { query: query as never })).alerts.map(({ alert_id }) => alert_id),
});

beforeAll(async () => {
  const names = CALLERS.filter((name) => name !== "moderator" && name !== "admin");
  first = await aUser("user", server.url);
  const made = await Promise.all(names.map(async (name) => [name, await aUser("user", server.url)] as const));
  people = { ...(Object.fromEntries(made) as typeof people), moderator: await aUser("moderator", server.url), admin };
  ({ id: team_id } = (await first.api.send("POST /api/teams", { body: { name: "Night shift" } })).json.team);
  for (const role of ROLES)
    await first.api.send("POST /api/teams/{team_id}/members", {
      params: { team_id: String(team_id) },
      body: { user_id: people[role].id, role },
    });
  bot = await aBot(first, { name: "Greeter", team_id });
  await first.api.send("POST /api/my-bots/{bot_id}/grants", {
    params: { bot_id: bot.id },
    body: { user_id: people.guest.id, role: "maintainer" },
  });
  const { rule } = await people.maintainer.api.call(createAlertRule, { body: { ...RULE, team_id } as never });
  const { channel } = await people.maintainer.api.call(createAlertChannel, { body: { ...HOOK, team_id } as never });
  expect([rule.team_id, rule.owner_id, channel.team_id]).toEqual([team_id, first.id, team_id]);
  // A bot of the maintainer alone fails first, which is none of the team's business.
  await fail(people.maintainer, await aBot(people.maintainer, { name: "Private" }));
  await fail(first, bot);
  const alert = await found(async () => (await people.viewer.api.call(listAlerts)).alerts[0]);
  expect(alert).toMatchObject({
    team_id,
    owner_id: first.id,
    members: 1,
    message: "1 command of Greeter failed within 10 min",
  });
  ids = { rule_id: rule.rule_id, channel_id: channel.channel_id, alert_id: alert.alert_id };
});

afterEach(closeSockets);

describe("the matrix", () => {
  const rule = { ...RULE, name: "Renamed" };
  //                                                      other guest viewer operator maintainer owner moderator admin
  it.each<[string, string, (object | undefined)?]>([
    ["GET /api/alert-rules/{rule_id}", "404 404 200 200 200 200 200 200"],
    ["GET /api/alert-channels/{channel_id}", "404 404 200 200 200 200 200 200"],
    ["GET /api/alert-channels/{channel_id}/deliveries", "404 404 200 200 200 200 200 200"],
    ["GET /api/alerts/{alert_id}", "404 404 200 200 200 200 200 200"],
    ["PUT /api/alert-rules/{rule_id}", "404 404 403 403 200 200 403 200", rule],
    ["PATCH /api/alert-channels/{channel_id}", "404 404 403 403 200 200 403 200", { name: "Pager 2" }],
    ["POST /api/alerts/{alert_id}/acknowledge", "404 404 403 200 200 200 403 200"],
    ["POST /api/alerts/{alert_id}/snooze", "404 404 403 200 200 200 403 200", { minutes: 5 }],
    ["POST /api/alert-rules", "404 404 403 403 200 200 403 200", "team" as never],
    ["POST /api/alert-rules/dry-run", "404 404 403 403 200 200 403 200", "team" as never],
    ["POST /api/alert-channels", "404 404 403 403 200 200 403 200", "hook" as never],
  ])("%s answers %s", async (line, statuses, given) => {
    const bodies: Record<string, object> = { team: { ...RULE, team_id }, hook: { ...HOOK, team_id } };
    const body = typeof given === "string" ? bodies[given] : given;
    const got: number[] = [];
    for (const caller of CALLERS) got.push((await people[caller].api.send(line, { params: ids, body })).status);
    expect(got.join(" ")).toBe(statuses);
  });

  it("lists what belongs to the team for its members, and for staff who ask for it", async () => {
    for (const caller of CALLERS) {
      const { rules, channels, alerts } = await listedBy(people[caller]);
      const isMember = (ROLES as readonly string[]).includes(caller);
      const seen = [rules.includes(ids.rule_id), channels.includes(ids.channel_id), alerts.includes(ids.alert_id)];
      expect([caller, seen]).toEqual([caller, [isMember, isMember, isMember]]);
    }
    const query = { team_id: String(team_id) };
    for (const caller of ["viewer", "moderator", "admin"] as const) {
      const { rules, channels, alerts } = await listedBy(people[caller], query);
      expect([rules, channels, alerts].map((all) => all.length > 0)).toEqual([true, true, true]);
    }
    for (const line of ["GET /api/alert-rules", "GET /api/alert-channels", "GET /api/alerts"])
      await people.other.api.refused(line, "NOT_FOUND", { query });
  });

  it("keeps the rules of one person from everybody else, as before", async () => {
    const { rule: own } = await people.owner.api.call(createAlertRule, { body: RULE as never });
    expect([own.team_id, own.owner_id]).toEqual([people.owner.id, people.owner.id]);
    const params = { rule_id: own.rule_id };
    for (const caller of CALLERS.filter((one) => one !== "owner"))
      await people[caller].api.refused("GET /api/alert-rules/{rule_id}", "NOT_FOUND", { params });
    await admin.api.refused("POST /api/alert-rules", "NOT_FOUND", { body: { ...RULE, team_id: people.owner.id } });
  });
});

describe("a rule of a team", () => {
  const refused = (body: object, field: string) =>
    people.maintainer.api
      .refused("POST /api/alert-rules", "INVALID_INPUT", { body: { ...RULE, team_id, ...body } })
      .then(({ details }) => expect(details?.field).toBe(field));

  it("watches bots of the team alone, and notifies channels of the team alone", async () => {
    await refused({ scope: "all" }, "scope");
    await refused({ metric: "failed_transfers" }, "metric");
    const mine = await people.maintainer.api.call(createAlertChannel, { body: HOOK as never });
    await refused({ channels: [mine.channel.channel_id] }, "channels");
    const own = await aBot(people.maintainer);
    const body = { ...RULE, team_id, scope: "selected", bot_ids: [own.id] };
    await people.maintainer.api.refused("POST /api/alert-rules", "NOT_FOUND", { body });
    await admin.api.refused("POST /api/alert-rules", "NOT_FOUND", { body });
  });

  it("stays with its team", async () => {
    const body = { ...RULE, team_id: people.maintainer.id };
    await people.maintainer.api.refused("PUT /api/alert-rules/{rule_id}", "INVALID_INPUT", { params: ids, body });
    await admin.api.refused("POST /api/alert-rules", "NOT_FOUND", { body: { ...RULE, team_id: 2_000_000_000 } });
  });

  it("has no mail of a member, which would outlive the membership", async () => {
    const body = { kind: "email", name: "Mail", address: "x@example.org", team_id };
    const { status } = await people.maintainer.api.send("POST /api/alert-channels", { body });
    expect(status).toBe(400);
  });
});

it("sockets hear of a team's alerts while their person is a member", async () => {
  const [viewer, other] = await Promise.all(
    [people.viewer, people.other].map(({ jwt }) => connected({ token: jwt, url: server.url })),
  );
  await people.owner.api.send("POST /api/alerts/{alert_id}/snooze", { params: ids, body: { minutes: 7 } });
  await viewer!.event("alert_update", (alert) => alert.alert_id === ids.alert_id);
  expect(other!.names()).not.toContain("alert_update");
});

it("whoever leaves the team loses sight of it, and its deletion removes all of it", async () => {
  const remove = (user_id: number) =>
    first.api.send("DELETE /api/teams/{team_id}/members/{user_id}", {
      params: { team_id: String(team_id), user_id: String(user_id) },
    });
  await remove(people.maintainer.id);
  await people.maintainer.api.refused("GET /api/alert-rules/{rule_id}", "NOT_FOUND", { params: ids });
  await people.maintainer.api.refused("GET /api/alerts/{alert_id}", "NOT_FOUND", { params: ids });
  await first.api.send("POST /api/my-bots/{bot_id}/transfer", {
    params: { bot_id: bot.id },
    body: { user_id: first.id },
  });
  const { status } = await first.api.send("DELETE /api/teams/{team_id}", { params: { team_id: String(team_id) } });
  expect(status).toBe(200);
  await admin.api.refused("GET /api/alert-rules/{rule_id}", "NOT_FOUND", { params: ids });
  await admin.api.refused("GET /api/alert-channels/{channel_id}", "NOT_FOUND", { params: ids });
  await admin.api.refused("GET /api/alerts/{alert_id}", "NOT_FOUND", { params: ids });
});
