/** Incoming webhooks over HTTP: what requests of other programs make, and whose rights they need. */
import { createHmac } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { signedHeaders } from "@/lib/core/outbound/signed";
import { type Api, errorOf, type Json } from "../api";
import { aBot, aUser, type TestBot, type TestUser, theAdmin, unique } from "../factories";
import { theServer } from "../the-server";

let owner: TestUser;
let bot: TestBot;
beforeAll(async () => {
  owner = await aUser();
  bot = await aBot(owner);
});

const COMMAND = { kind: "command", type: "deploy", payload: { ref: "{{ref}}", by: "{{sender.login|nobody}}" } };
const make = async (more: object = {}, by = owner): Promise<Json> => {
  const body = { name: "Deploys", action: { ...COMMAND, bot_id: bot.id }, ...more };
  const { status, json, text } = await by.api.send("POST /api/incoming-webhooks", { body });
  if (status !== 200) throw new Error(text);
  return json;
};
/** Posts as another program does: without a session. */
const post = async (path: string, body: string, headers: Record<string, string> = {}) => {
  const answer = await fetch(`${theServer().url}${path}`, {
    ...{ method: "POST", body, headers: { "content-type": "application/json", ...headers } },
  });
  return { status: answer.status, json: (await answer.json()) as Json };
};
const push = JSON.stringify({ ref: "refs/heads/main", sender: { login: "octocat" } });
const shown = async (hook: Json, by = owner): Promise<Json> =>
  (await by.api.send("GET /api/incoming-webhooks/{hook_id}", { params: { hook_id: hook.hook_id } })).json;
const command = async (command_id: string): Promise<Json> =>
  (await owner.api.send("GET /api/commands/{command_id}", { params: { command_id } })).json.command;

describe("a request", () => {
  it("becomes a command that names the webhook as its sender", async () => {
    const { hook, path, token } = await make();
    expect(path).toBe(`/api/incoming/${token}`);
    const { status, json } = await post(path, push);
    expect([status, json]).toMatchObject([202, { success: true, outcome: "done", repeated: false }]);
    expect(await command(json.command_id)).toMatchObject({
      ...{ bot_id: bot.id, type: "deploy", payload: { ref: "refs/heads/main", by: "octocat" } },
      sender: { kind: "incoming_webhook", id: hook.hook_id, name: "Deploys" },
    });
    const { deliveries, hook: after } = await shown(hook);
    expect(deliveries).toMatchObject([{ outcome: "done", command_id: json.command_id, bytes: push.length }]);
    expect(after).toMatchObject({ last_outcome: "done", last_error: null, version: 0, acts_as_name: owner.username });
    expect(JSON.stringify(after)).not.toContain(token);
  });

  it("becomes a log line of the bot", async () => {
    const message = unique("Pushed to {{ref}} ");
    const { path } = await make({ action: { kind: "log", bot_id: bot.id, level: "warning", message } });
    expect((await post(path, push)).json).toMatchObject({ outcome: "done", command_id: null });
    const { logs } = (await owner.api.send("GET /api/logs", { query: { bot_id: bot.id } })).json;
    const line = logs.find((log: Json) => log.message === message.replace("{{ref}}", "refs/heads/main"));
    expect(line).toMatchObject({ level: "warning", metadata: { incoming_webhook: "Deploys" } });
  });

  it("that repeats the id of another one makes nothing new", async () => {
    const { path, hook } = await make();
    const headers = { "x-github-delivery": unique("guid-") };
    const first = await post(path, push, headers);
    const again = await post(path, push, headers);
    expect(again.json).toEqual({ ...first.json, repeated: true });
    expect((await post(path, push)).json.command_id).not.toBe(first.json.command_id);
    expect((await shown(hook)).deliveries).toHaveLength(2);
  });

  it("makes one command when it arrives several times at once", async () => {
    const { path } = await make();
    const headers = { "webhook-id": unique("msg-") };
    const answers = await Promise.all(Array.from({ length: 6 }, () => post(path, push, headers)));
    const made = new Set(answers.flatMap(({ status, json }) => (status === 202 ? [json.command_id] : [])));
    expect(made.size).toBe(1);
    expect(answers.every(({ status }) => status === 202 || status === 409)).toBe(true);
  });

  it("is skipped when the condition does not apply", async () => {
    const { path, hook } = await make({ only_when: { field: "header:x-github-event", equals: "push" } });
    const skipped = await post(path, push, { "x-github-event": "ping" });
    expect([skipped.status, skipped.json]).toMatchObject([202, { outcome: "skipped", command_id: null }]);
    expect((await post(path, push, { "x-github-event": "push" })).json.outcome).toBe("done");
    expect((await shown(hook)).deliveries.map(({ outcome }: Json) => outcome)).toEqual(["done", "skipped"]);
  });

  it("is answered alike for every token that does not work", async () => {
    const { path, hook } = await make();
    const params = { hook_id: hook.hook_id };
    const rotated = await owner.api.send("POST /api/incoming-webhooks/{hook_id}/rotate", { params });
    const missing = await post("/api/incoming/mh_unknown", push);
    expect(missing.status).toBe(404);
    expect(await post(path, push)).toEqual(missing);
    expect((await post(rotated.json.path, push)).status).toBe(202);
    await owner.api.send("PATCH /api/incoming-webhooks/{hook_id}", { params, body: { paused: true } });
    expect(await post(rotated.json.path, push)).toEqual(missing);
  });

  it("is refused with the reason when its body is not JSON, too large, or a form", async () => {
    const { path, hook } = await make();
    const form = { "content-type": "application/x-www-form-urlencoded" };
    expect((await post(path, "payload=%7B%7D", form)).status).toBe(415);
    expect((await post(path, "{")).status).toBe(400);
    expect((await post(path, "[".repeat(5_000))).status).toBe(400);
    expect((await post(path, `"${"x".repeat(262_144)}"`)).status).toBe(413);
    for (const body of ["[]", "null", "1", '"\\u0000"', '{"ref":"\\u0000"}', '{"ref":1e400}', "{}"])
      expect((await post(path, body)).status, body).toBeLessThan(500);
    expect((await shown(hook)).deliveries.some(({ outcome }: Json) => outcome === "refused")).toBe(true);
  });

  it("is refused beyond sixty in a minute", async () => {
    const { path } = await make({ only_when: { field: "ref", equals: "none" } });
    const statuses: number[] = [];
    for (let sent = 0; sent < 125 && !statuses.includes(429); sent++) statuses.push((await post(path, push)).status);
    expect(statuses.filter((status) => status !== 429).every((status) => status === 202)).toBe(true);
    expect(statuses.at(-1)).toBe(429);
  });
});

describe("a signature", () => {
  it("of GitHub is checked with the secret that was entered, which nothing shows", async () => {
    const secret = unique("github-secret-");
    const { path, hook, ...made } = await make({ signature: "github", secret });
    expect(made.secret).toBeNull();
    const signature = `sha256=${createHmac("sha256", secret).update(push).digest("hex")}`;
    expect((await post(path, push, { "x-hub-signature-256": signature })).status).toBe(202);
    expect((await post(path, `${push} `, { "x-hub-signature-256": signature })).status).toBe(403);
    expect((await post(path, push)).status).toBe(403);
    const after = await shown(hook);
    expect(after.deliveries.map(({ outcome }: Json) => outcome)).toEqual(["refused", "refused", "done"]);
    expect(JSON.stringify(after)).not.toContain(secret);
  });

  it("of Standard Webhooks is checked with a secret that Muster makes", async () => {
    const { path, secret } = await make({ signature: "standard" });
    const headers = signedHeaders({ id: unique("msg-"), at: Date.now(), body: push }, [secret]);
    expect((await post(path, push, headers)).status).toBe(202);
    expect((await post(path, push)).status).toBe(403);
  });

  it("needs a secret that fits", async () => {
    const refused = async (more: object) => {
      const body = { name: "Deploys", action: { ...COMMAND, bot_id: bot.id }, ...more };
      return (await owner.api.refused("POST /api/incoming-webhooks", "INVALID_INPUT", { body })).details;
    };
    expect(await refused({ signature: "standard", secret: "not-the-form" })).toMatchObject({ field: "secret" });
    expect(await refused({ signature: "none", secret: "some-secret" })).toMatchObject({ field: "secret" });
    const { hook } = await make();
    const changed = await owner.api.send("PATCH /api/incoming-webhooks/{hook_id}", {
      ...{ params: { hook_id: hook.hook_id }, body: { signature: "github" } },
    });
    expect(changed.json).toMatchObject({ secret: expect.stringMatching(/^whsec_/), hook: { signature: "github" } });
  });
});

describe("the rights of a webhook", () => {
  it("are those that its person has when a request arrives", async () => {
    const [boss, maker] = [await aUser(), await aUser()];
    const { id: team_id } = (await boss.api.send("POST /api/teams", { body: { name: "Night shift" } })).json.team;
    const params = { team_id: String(team_id), user_id: String(maker.id) };
    const body = { user_id: maker.id, role: "maintainer" };
    await boss.api.send("POST /api/teams/{team_id}/members", { params, body });
    const theirs = await aBot(boss, { name: "Theirs", team_id });
    const action = { ...COMMAND, bot_id: theirs.id };
    const { path, hook } = await make({ team_id, action }, maker);
    expect((await post(path, push)).status).toBe(202);
    await boss.api.send("DELETE /api/teams/{team_id}/members/{user_id}", { params });
    const headers = { "webhook-id": unique("msg-") };
    const refused = await post(path, push, headers);
    expect([refused.status, errorOf(refused.json).error]).toEqual([
      409,
      "The webhook could not do this: its log says why",
    ]);
    expect((await shown(hook, boss)).hook.last_error).toMatch(/no longer manages its team/);
    expect(
      (await maker.api.send("GET /api/incoming-webhooks/{hook_id}", { params: { hook_id: hook.hook_id } })).status,
    ).toBe(404);
    // The boss takes the webhook over by setting its action, and the sender's repetition succeeds.
    const taken = await boss.api.send("PATCH /api/incoming-webhooks/{hook_id}", {
      ...{ params: { hook_id: hook.hook_id }, body: { action } },
    });
    expect(taken.json.hook).toMatchObject({ acts_as: boss.id, last_error: null });
    expect((await post(path, push, headers)).json).toMatchObject({ outcome: "done", repeated: false });
  });

  it("stay those of its owner when an admin edits a personal one", async () => {
    const { path, hook } = await make();
    const params = { hook_id: hook.hook_id };
    const action = { ...COMMAND, bot_id: (await aBot(await aUser())).id };
    const { json } = await (await theAdmin()).api.send("PATCH /api/incoming-webhooks/{hook_id}", {
      ...{ params, body: { action } },
    });
    expect(json.hook).toMatchObject({ action, acts_as_name: owner.username });
    expect((await post(path, push)).status).toBe(409);
  });

  it("are gone with the account, and with the bot", async () => {
    const other = await aUser();
    const gone = await aBot(other);
    const { path } = await make({ action: { ...COMMAND, bot_id: gone.id } }, other);
    await other.api.send("DELETE /api/my-bots/{bot_id}", { params: { bot_id: gone.id } });
    expect((await post(path, push)).status).toBe(409);
    const admin = await theAdmin();
    await admin.api.send("PATCH /api/users/{user_id}", {
      ...{ params: { user_id: String(other.id) }, body: { is_active: false } },
    });
    expect((await post(path, push)).status).toBe(409);
  });

  it("do not reach bots that the person may not use, or that another team owns", async () => {
    const stranger = await aUser();
    const body = { name: "Theirs", action: { ...COMMAND, bot_id: bot.id } };
    await stranger.api.refused("POST /api/incoming-webhooks", "NOT_FOUND", { body });
    const { id: team_id } = (await owner.api.send("POST /api/teams", { body: { name: "Other" } })).json.team;
    await owner.api.refused("POST /api/incoming-webhooks", "INVALID_INPUT", { body: { ...body, team_id } });
  });
});

it("tests a webhook with an example, and makes nothing", async () => {
  const { hook } = await make({ only_when: { field: "header:x-github-event", equals: "push" } });
  const test = async (headers: object) => {
    const params = { hook_id: hook.hook_id };
    const body = { body: { ref: "refs/tags/v1" }, headers };
    return (await owner.api.send("POST /api/incoming-webhooks/{hook_id}/test", { params, body })).json;
  };
  expect(await test({ "x-github-event": "push" })).toMatchObject({
    ...{ outcome: "done", reason: null, made: { payload: { ref: "refs/tags/v1", by: "nobody" } } },
  });
  expect(await test({})).toMatchObject({ outcome: "skipped", made: null });
  expect((await shown(hook)).deliveries).toEqual([]);
});

it("answers an edit of an older version with 409", async () => {
  const { hook } = await make();
  const params = { hook_id: hook.hook_id };
  const edit = (name: string) =>
    owner.api.send("PATCH /api/incoming-webhooks/{hook_id}", { params, body: { name, version: 0 } });
  expect((await edit("First")).json.hook).toMatchObject({ name: "First", version: 1 });
  const stale = await edit("Second");
  expect([stale.status, errorOf(stale.json).details]).toMatchObject([409, { version: 1, stored: { name: "First" } }]);
});

it("is shown to those who manage its team, and to admins", async () => {
  const { hook } = await make();
  const stranger = await aUser();
  const ids = async (by: { api: Api }) =>
    (await by.api.send("GET /api/incoming-webhooks", { query: { limit: "100" } })).json.hooks.map(
      ({ hook_id }: Json) => hook_id,
    );
  expect(await ids(owner)).toContain(hook.hook_id);
  expect(await ids(stranger)).toEqual([]);
  expect(await ids(await theAdmin())).toContain(hook.hook_id);
  const params = { hook_id: hook.hook_id };
  await stranger.api.refused("DELETE /api/incoming-webhooks/{hook_id}", "NOT_FOUND", { params });
  expect((await owner.api.send("DELETE /api/incoming-webhooks/{hook_id}", { params })).status).toBe(200);
  expect(await ids(owner)).not.toContain(hook.hook_id);
});
