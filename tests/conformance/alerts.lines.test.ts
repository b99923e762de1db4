/** Rules that count the log lines of a query, over real HTTP: what they refuse, what they count, and where their alerts lead. */
import { describe, expect, it } from "vitest";
import { listLogs } from "@/lib/fleet/telemetry/contract";
import { type Alert, getAlert, listAlerts } from "@/lib/operations/alerts/contract";
import {
  createAlertRule,
  dryRunAlertRule,
  getAlertRule,
  updateAlertRule,
} from "@/lib/operations/alerts/rules/contract";
import { admin, found, server } from "../alert-server";
import { eventually } from "../eventually";
import { aBot, aUser, type TestBot, type TestUser } from "../factories";
import { ask, data } from "../graphql";

const RULE = { name: "Lost", metric: "log_match", query: 'level:error "gateway lost"', threshold: 3, window_s: 300 };
const CREATE = "POST /api/alert-rules";
const UPDATE = "PUT /api/alert-rules/{rule_id}";

const aPerson = () => aUser("user", server.url);
const aRule = async (by: TestUser, input: object = {}) =>
  (await by.api.call(createAlertRule, { body: { ...RULE, ...input } as never })).rule;
const post = async (bot: TestBot, times: number, message = "Gateway lost: retry", type = "error") => {
  const body = Array.from({ length: times }, (_, at) => ({ type, message: `${message} ${at + 1}` }));
  expect((await bot.api.send("POST /api/bot/{bot_id}/logs", { params: { bot_id: bot.id }, body })).status).toBe(200);
};
const alertOf = (by: TestUser, query: object = {}): Promise<Alert> =>
  found(async () => (await by.api.call(listAlerts, { query: query as never })).alerts[0]);

describe("a rule of log lines", () => {
  it.each<[string, object, string, string]>([
    ["no query", { query: undefined }, "query", 'needs a term, such as level:error or "connection lost"'],
    ["an empty query", { query: "  " }, "query", "needs a term"],
    ["a time", { query: "lost after:1h" }, "query", '"after:1h": a rule counts within its own time window'],
    ["an end", { query: "lost before:2026-01-31" }, "query", '"before:2026-01-31": a rule counts within'],
    [
      "bots by name",
      { query: "-bot:ada lost" },
      "query",
      '"-bot:ada": choose the bots in the rule itself (scope and bot_ids)',
    ],
    [
      "an expression",
      { query: "lost /a b/i" },
      "query",
      '"/a b/i": a rule cannot test expressions on every line: use words',
    ],
    ["a part that cannot be read", { query: "lost level:err!or" }, "query", '"level:err!or": Invalid level'],
    ["a query of another metric", { metric: "error_logs" }, "query", "only rules of the metric log_match have one"],
    ["no lines", { threshold: 0 }, "threshold", "must be 1 to 10000"],
  ])("is refused with %s, and the refusal names the term and the fix", async (_, change, field, message) => {
    const body = { ...RULE, ...change };
    for (const path of [CREATE, "POST /api/alert-rules/dry-run"] as const) {
      const { error, details } = await admin.api.refused(path, "INVALID_INPUT", { body });
      expect(details).toMatchObject({ field });
      expect(error).toContain(message);
    }
    const { rule_id } = await aRule(admin);
    await admin.api.refused(UPDATE, "INVALID_INPUT", { params: { rule_id }, body });
    await admin.api.send("DELETE /api/alert-rules/{rule_id}", { params: { rule_id } });
  });

  it("fires for lines of all its bots together, names the newest, and leads back to them", async () => {
    const person = await aPerson();
    const [one, two] = [await aBot(person, { name: "One" }), await aBot(person, { name: "Two" })];
    const stranger = await aBot(await aPerson(), { name: "Stranger" });
    const rule = await aRule(person, { scope: "selected", bot_ids: [one.id, two.id] });
    expect(rule).toMatchObject({ query: RULE.query, metric: "log_match" });
    await post(stranger, 5);
    await post(one, 2);
    await post(one, 4, "Gateway lost", "info");
    await post(two, 2, "Gateway lost\u001b[0m:\n<b>");
    const alert = await alertOf(person);
    expect(alert).toMatchObject({
      message: '4 lines match level:error "gateway lost" within 5 min. Newest: Two: Gateway lost: <b> 2',
      ...{ members: 1, severity: "medium", rule_id: rule.rule_id },
    });
    const { members } = await person.api.call(getAlert, { params: { alert_id: alert.alert_id } });
    expect(members).toMatchObject([{ bot_id: two.id, value: 4 }]);
    const link = new URL(alert.link!, server.url);
    expect(link.pathname).toBe("/dashboard/logs");
    const [q, after, before] = ["q", "from", "to"].map((name) => link.searchParams.get(name)!) as [
      string,
      string,
      string,
    ];
    const { logs } = await person.api.call(listLogs, { query: { q, after, before } });
    expect(logs.map(({ message }) => message)).toHaveLength(4);
    expect(new Set(logs.map(({ bot_id }) => bot_id))).toEqual(new Set([one.id, two.id]));
    // Its lines are those of another query now, so the alert is over.
    const body = { ...RULE, query: "voice", version: rule.version };
    await person.api.call(updateAlertRule, { params: { rule_id: rule.rule_id }, body });
    expect(await alertOf(person)).toMatchObject({ state: "resolved", alert_id: alert.alert_id });
  });

  it("counts the lines from before it was made, and tells when it would have fired", async () => {
    const person = await aPerson();
    const bot = await aBot(person, { name: "Early" });
    await post(bot, 3, "Voice gone");
    const body = { ...RULE, query: "voice" };
    const dry = await person.api.call(dryRunAlertRule, { body: body as never });
    expect(dry).toMatchObject({ total: 1, complete: true, firings: [{ count: 1, labels: ["Matching lines"] }] });
    await aRule(person, body);
    expect((await alertOf(person)).message).toContain("3 lines match voice within 5 min. Newest: Early: Voice gone 3");
  });

  it("counts no line of a bot that its owner cannot see", async () => {
    const [person, other] = [await aPerson(), await aPerson()];
    const [own, foreign] = [await aBot(person, { name: "Own" }), await aBot(other, { name: "Foreign" })];
    await person.api.refused(CREATE, "NOT_FOUND", { body: { ...RULE, scope: "selected", bot_ids: [foreign.id] } });
    await person.api.refused(CREATE, "FORBIDDEN", { body: { ...RULE, scope: "all" } });
    const rule = await aRule(person);
    await other.api.refused("GET /api/alert-rules/{rule_id}", "NOT_FOUND", { params: { rule_id: rule.rule_id } });
    await post(foreign, 20);
    await post(own, 2);
    const { team_id } = (await other.api.call(getAlertRule, { params: { rule_id: (await aRule(other)).rule_id } }))
      .rule;
    expect(team_id).toBe(other.id);
    // The other's alert shows that the lines were counted.
    expect((await alertOf(other)).message).toMatch(/^20 lines match /);
    await post(own, 1);
    expect((await alertOf(person)).message).toMatch(/^3 lines match .* Newest: Own: /);
  });

  it("resolves when its window has passed", async () => {
    const person = await aPerson();
    const bot = await aBot(person);
    await aRule(person, { window_s: 10 });
    await post(bot, 3);
    await alertOf(person);
    await eventually(async () => expect((await alertOf(person)).state).toBe("resolved"));
  });

  it("is one of ten at most", async () => {
    const person = await aPerson();
    for (let at = 0; at < 10; at++) await aRule(person, { name: `Rule ${at}` });
    const { error } = await person.api.refused(CREATE, "CONFLICT", { body: RULE });
    expect(error).toBe("There are already 10 rules that count log lines, which is the limit: remove one first");
    const other = await aRule(person, { metric: "error_logs", query: undefined });
    await person.api.refused(UPDATE, "CONFLICT", { params: { rule_id: other.rule_id }, body: RULE });
    expect((await aRule(await aPerson())).metric).toBe("log_match");
  });

  it("is made and read by GraphQL", async () => {
    const person = await aPerson();
    const create = "mutation ($rule: AlertRuleInput!) { createAlertRule(rule: $rule) { rule { query metric } } }";
    const { window_s: windowS, ...rest } = RULE;
    const rule = { ...rest, windowS };
    const made = await data(person, create, { rule });
    expect(made.createAlertRule.rule).toEqual({ query: RULE.query, metric: "log_match" });
    const refused = await ask(person, create, { rule: { ...rule, query: "bot:ada lost" } });
    expect(refused.errors[0].message).toContain('"bot:ada": choose the bots in the rule itself');
    await post(await aBot(person), 3);
    await alertOf(person);
    const { alertHistory } = await data(person, "{ alertHistory { nodes { link } } }");
    expect(alertHistory.nodes[0].link).toMatch(/^\/dashboard\/logs\?q=level/);
  });
});
