/** Quotas: who sees and changes them, what a refusal says, and that requests at once stay within a limit. */
import { beforeAll, describe, expect, it } from "vitest";
import { QUOTA_KINDS, quotaKindsOf } from "@/lib/core/contract.quotas";
import { getQuotas, type OwnerQuotas, putQuotas } from "@/lib/identity/quotas/contract";
import { errorOf, type Json } from "../api";
import { aBot, aUser, type TestUser, theAdmin, unique } from "../factories";

let admin: TestUser;
let owner: TestUser;
let maintainer: TestUser;
let team_id: number;

const of = (id: number) => ({ params: { team_id: String(id) } });
const read = (by: TestUser, id: number): Promise<OwnerQuotas> => by.api.call(getQuotas, of(id));
const kindOf = (all: OwnerQuotas, kind: string) => all.quotas.find((one) => one.kind === kind)!;
const limit = (id: number, limits: object) => admin.api.call(putQuotas, { ...of(id), body: { limits } });

beforeAll(async () => {
  [admin, owner, maintainer] = [await theAdmin(), await aUser(), await aUser()];
  ({ id: team_id } = (await owner.api.send("POST /api/teams", { body: { name: "Night shift" } })).json.team);
  const body = { user_id: maintainer.id, role: "maintainer" };
  await owner.api.send("POST /api/teams/{team_id}/members", { ...of(team_id), body });
});

const RULE = { name: "Failing", metric: "failed_commands", threshold: 1, window_s: 600, severity: "high" };
const HOOK = { name: "Pager", kinds: ["bot.status_changed"], url: "https://8.8.8.8/facts" };
/** How one more of a kind is made for the team with this id; for a person without `team_id`. */
const MAKE: Record<string, (team?: number) => [string, Json]> = {
  bots: (team_id) => ["POST /api/my-bots", { name: "Greeter", team_id }],
  alert_rules: (team_id) => ["POST /api/alert-rules", { ...RULE, team_id }],
  alert_channels: (team_id) => [
    "POST /api/alert-channels",
    { kind: "webhook", name: "Pager", url: "https://pager.example.org/alerts", team_id },
  ],
  schedules: (team_id) => [
    "POST /api/schedules",
    { name: "Nightly", every_minutes: 60, time_zone: "UTC", filter: {}, type: "restart", team_id },
  ],
  maintenance_windows: (team_id) => [
    "POST /api/maintenance-windows",
    { name: "Upgrade", cron: "0 3 * * 0", duration_minutes: 60, team_id },
  ],
  status_pages: (team_id) => ["POST /api/status-pages", { title: "Bots", slug: unique("bots"), team_id }],
  webhooks: (team_id) => ["POST /api/webhooks", { ...HOOK, team_id }],
  saved_views: (team_id) => ["POST /api/views", { name: unique("Night "), filter: { tag: "night" }, team_id }],
  api_keys: () => ["POST /api/auth/api-keys", { name: unique("key"), scope: "read", expires_in_days: 1 }],
  service_keys: () => ["POST /api/teams/{team_id}/keys", { name: unique("key"), scopes: ["bots:read"] }],
  open_tickets: () => [
    "POST /api/tickets",
    { type: "Support", subject: "A question", description: "How does one ask a question?" },
  ],
  open_transfers: () => ["POST /api/download", { url: "https://8.8.8.8/file.bin" }],
};

const make = (by: TestUser, kind: string, team?: number) => {
  const [line, body] = MAKE[kind]!(team);
  return by.api.send(line, { ...of(team_id), body });
};

describe("the quotas of a person and of a team", () => {
  it("show what counts things of either, with the server's limits", async () => {
    const own = await read(owner, owner.id);
    expect(own).toMatchObject({ team_id: owner.id, name: owner.username, personal: true, can_change: false });
    expect(own.quotas.map(({ kind }) => kind)).toEqual(quotaKindsOf("person"));
    expect(kindOf(own, "webhooks")).toEqual({
      ...{ kind: "webhooks", usage: 0, limit: 20, server_limit: 20, is_own: false },
    });
    const shared = await read(maintainer, team_id);
    expect(shared).toMatchObject({ team_id, name: "Night shift", personal: false, can_change: false });
    expect(shared.quotas.map(({ kind }) => kind)).toEqual(quotaKindsOf("team"));
    expect(await read(admin, owner.id)).toMatchObject({ name: owner.username, can_change: true });
  });

  it("are no secret of anybody to staff, and not shown to others", async () => {
    const status = async (by: TestUser, id: number) => (await by.api.send("GET /api/quotas/{team_id}", of(id))).status;
    expect([await status(maintainer, owner.id), await status(await aUser(), team_id)]).toEqual([404, 404]);
    expect([await status(admin, 2_000_000_000), await status(admin, 999_999)]).toEqual([404, 404]);
  });

  it("are changed by admins one by one, and brought back to the server's limits", async () => {
    const changed = await limit(team_id, { webhooks: 1, schedules: 0 });
    expect(kindOf(changed, "webhooks")).toMatchObject({ limit: 1, server_limit: 20, is_own: true });
    const next = await limit(team_id, { webhooks: null });
    expect(kindOf(next, "webhooks")).toMatchObject({ limit: 20, is_own: false });
    expect(kindOf(next, "schedules")).toMatchObject({ limit: 0, is_own: true });
    await limit(team_id, { schedules: null });
    const refused = await admin.api.send("PUT /api/quotas/{team_id}", {
      ...of(team_id),
      body: { limits: { api_keys: 3 } },
    });
    expect([refused.status, errorOf(refused.json).details]).toEqual([400, { field: "limits.api_keys" }]);
  });
});

describe("a reached quota", () => {
  it("knows how each kind is made", () => {
    // Incoming webhooks need a bot of the owner: the next test but one.
    expect(QUOTA_KINDS.filter((kind) => !MAKE[kind])).toEqual(["incoming_webhooks"]);
  });

  it.each(Object.keys(MAKE).filter((kind) => kind !== "open_transfers"))(
    "refuses more %s than a limit of 1",
    async (kind) => {
      const who = await aUser();
      const isTeams = kind === "service_keys";
      const id = isTeams ? team_id : who.id;
      await limit(id, { [kind]: 1 });
      const by = isTeams ? owner : who;
      expect((await make(by, kind)).status).toBeLessThan(300);
      const refused = await make(by, kind);
      expect(refused.status).toBe(409);
      const { error, details } = errorOf(refused.json);
      expect(error).toMatch(/^(You have|The team has) 1 of 1 [\w ]+\. An admin of this server can raise the limit\.$/);
      expect(details).toMatchObject({ quota: kind, usage: 1, limit: 1, raised_by: "admin" });
      expect(kindOf(await read(by, id), kind)).toMatchObject({ usage: 1, limit: 1 });
      await limit(id, { [kind]: 2 });
      expect((await make(by, kind)).status).toBeLessThan(300);
      await limit(id, { [kind]: null });
    },
  );

  it.each(["bots", "alert_rules", "schedules", "webhooks", "saved_views", "api_keys"])(
    "lets no more %s in when many requests come at once",
    async (kind) => {
      const who = await aUser();
      await limit(who.id, { [kind]: 3 });
      const answers = await Promise.all(Array.from({ length: 10 }, () => make(who, kind)));
      expect(answers.filter(({ status }) => status < 300)).toHaveLength(3);
      expect(new Set(answers.map(({ status }) => status).filter((status) => status >= 300))).toEqual(new Set([409]));
      expect(kindOf(await read(who, who.id), kind)).toMatchObject({ usage: 3, limit: 3 });
    },
  );

  it("counts incoming webhooks, unfinished transfers, and bots that are given or adopted", async () => {
    const who = await aUser();
    const bot = await aBot(who);
    await limit(who.id, { incoming_webhooks: 0, open_transfers: 0, bots: 1 });
    const action = { kind: "command", bot_id: bot.id, type: "deploy" };
    const hook = await who.api.send("POST /api/incoming-webhooks", { body: { name: "Deploys", action } });
    expect([hook.status, errorOf(hook.json).details]).toMatchObject([409, { quota: "incoming_webhooks", usage: 0 }]);
    const transfer = await make(who, "open_transfers");
    expect([transfer.status, transfer.text]).toMatchObject([409, expect.stringContaining("unfinished transfers")]);
    const other = await aBot(owner);
    const given = await owner.api.send("POST /api/my-bots/{bot_id}/transfer", {
      params: { bot_id: other.id },
      body: { user_id: who.id },
    });
    expect([given.status, errorOf(given.json).error]).toEqual([
      409,
      "This person has 1 of 1 bots. An admin of this server can raise the limit.",
    ]);
    const adopted = await who.api.send("POST /api/bots/register", { body: { bot_id: unique("late-") } });
    expect([adopted.status, errorOf(adopted.json).error]).toEqual([
      409,
      "You have 1 of 1 bots. An admin of this server can raise the limit.",
    ]);
  });

  it("counts what a team has, apart from what its members have alone", async () => {
    await limit(team_id, { webhooks: 1 });
    expect((await make(owner, "webhooks", team_id)).status).toBeLessThan(300);
    const refused = await make(maintainer, "webhooks", team_id);
    expect(errorOf(refused.json)).toMatchObject({
      error: "The team has 1 of 1 webhooks. An admin of this server can raise the limit.",
      details: { owner: { kind: "team", id: team_id } },
    });
    expect((await make(maintainer, "webhooks")).status).toBeLessThan(300);
    await limit(team_id, { webhooks: null });
  });
});
