/** Bots that join without a credential are adopted or refused by people; two programs that run as one bot are noticed. */
import { afterEach, describe, expect, it } from "vitest";
import { MusterBot } from "@/clients/typescript/src/index";
import { keepInstance, listInstances } from "@/lib/fleet/bots/contract.instances";
import { adoptBot, listJoinRequests, registerBot } from "@/lib/fleet/bots/contract.joining";
import { Api } from "../api";
import { eventually } from "../eventually";
import { aBot, anApiKey, aUser, theAdmin, unique } from "../factories";
import { closeSockets, connected, refusal, socket } from "../sockets";
import { theServer } from "../the-server";

afterEach(closeSockets);

async function aWildBot() {
  const body = { bot_id: unique("wild-"), name: "Wild" };
  const made = await new Api().call(registerBot, { body });
  return { id: made.bot.id, code: made.claim_code!, token: made.token!, api: new Api().bearer(made.token!) };
}
const ADOPT = "POST /api/join-requests/adopt";

describe("adoption", () => {
  it("shows admins the name, address and claim code of unclaimed bots", async () => {
    const bot = await aWildBot();
    const admin = await theAdmin();
    const { requests } = await admin.api.call(listJoinRequests);
    const mine = requests.find((one) => one.bot_id === bot.id);
    expect(mine).toMatchObject({ name: "Wild", claim_code: bot.code, joined_from: "127.0.0.1", origin: "registered" });
    expect(Date.parse(mine!.expires_at!)).toBeGreaterThan(Date.now());
    await (await aUser()).api.refused("GET /api/join-requests", "FORBIDDEN");
    await (await aUser("moderator")).api.refused("GET /api/join-requests", "FORBIDDEN");
    await new Api().refused("GET /api/join-requests", "UNAUTHORIZED");
    // A claim code allows adoption, so a read-only key must not see it, over REST or GraphQL.
    const { api: reading } = await anApiKey(admin, "read");
    await reading.refused("GET /api/join-requests", "FORBIDDEN");
    const { data } = (await reading.send("POST /graphql", { body: { query: "{ joinRequests { claimCode } }" } })).json;
    expect(data?.joinRequests ?? null).toBeNull();
  });

  it("lets an unclaimed bot only poll and report its status until a person adopts it by its code", async () => {
    const bot = await aWildBot();
    const params = { bot_id: bot.id };
    expect((await bot.api.send("GET /api/bot/{bot_id}/commands", { params })).status).toBe(200);
    expect((await bot.api.send("POST /api/bot/{bot_id}/status", { params, body: {} })).status).toBe(200);
    await bot.api.refused("POST /api/bot/{bot_id}/logs", "FORBIDDEN", { params, body: { message: "x" } });
    expect((await refusal({ token: bot.token })).code).toBe("FORBIDDEN");

    const ada = await aUser();
    const watching = await connected({ headers: ada.api.headers });
    const { bot: adopted } = await ada.api.call(adoptBot, { body: { claim_code: bot.code.toLowerCase() } });
    expect(adopted).toMatchObject({ id: bot.id, owner_id: ada.id });
    await watching.event("bot_update", (data) => data.bot_id === bot.id && data.bot.owner_id === ada.id);
    expect((await bot.api.send("POST /api/bot/{bot_id}/logs", { params, body: { message: "x" } })).status).toBe(200);
    await connected({ token: bot.token });
    expect((await ada.api.send("GET /api/my-bots/{bot_id}/token", { params })).json.token).toBe(bot.token);
    const again = await bot.api.call(registerBot, { body: { bot_id: bot.id } });
    expect(again.claim_code).toBeUndefined();
  });

  it("gives the new owner the pending commands", async () => {
    const bot = await aWildBot();
    const admin = await theAdmin();
    await admin.api.send("POST /api/commands", { body: { bot_id: bot.id, type: "early" } });
    const ada = await aUser();
    await ada.api.call(adoptBot, { body: { claim_code: bot.code } });
    const { json } = await ada.api.send("GET /api/commands");
    expect(json.commands.map((one: { type: string }) => one.type)).toEqual(["early"]);
  });

  it("by id is for admins", async () => {
    const bot = await aWildBot();
    const admin = await theAdmin();
    const body = { bot_id: bot.id };
    await (await aUser()).api.refused(ADOPT, "FORBIDDEN", { body });
    expect((await admin.api.call(adoptBot, { body })).bot.owner_id).toBe(admin.id);
    await admin.api.refused(ADOPT, "NOT_FOUND", { body });
  });

  it("refuses wrong codes, both a code and an id, neither, and read-only keys", async () => {
    const ada = await aUser();
    const bot = await aWildBot();
    await ada.api.refused(ADOPT, "NOT_FOUND", { body: { claim_code: "AAAA-AAAA" } });
    for (const body of [{}, { claim_code: "no code" }, { claim_code: bot.code, bot_id: bot.id }])
      await ada.api.refused(ADOPT, "INVALID_INPUT", { body });
    await (await anApiKey(ada, "read")).api.refused(ADOPT, "FORBIDDEN", { body: { claim_code: bot.code } });
    await bot.api.refused(ADOPT, "FORBIDDEN", { body: { claim_code: bot.code } });
    await new Api().refused(ADOPT, "UNAUTHORIZED", { body: { claim_code: bot.code } });
  });

  it("makes only one of several simultaneous adopters the owner", async () => {
    const bot = await aWildBot();
    const people = await Promise.all([1, 2, 3, 4].map(() => aUser()));
    const answers = await Promise.all(people.map(({ api }) => api.send(ADOPT, { body: { claim_code: bot.code } })));
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses[0]).toBe(200);
    expect(statuses.slice(1).every((status) => status === 404 || status === 409)).toBe(true);
  });

  it("a bot that starts several times at once is registered once, and each start gets its record", async () => {
    const [owner, stranger] = await Promise.all([aUser(), aUser()]);
    const body = { bot_id: unique("twice-") };
    const register = (api: Api) => api.send("POST /api/bots/register", { body });
    const answers = await Promise.all([owner, owner, owner, owner].map(({ api }) => register(api)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(answers.filter(({ json }) => json.token)).toHaveLength(1);
    expect((await register(stranger.api)).status).toBe(409);
    expect((await register(new Api())).status).toBe(401);
  });

  it("lets an admin refuse a bot, which deletes it and its token", async () => {
    const bot = await aWildBot();
    const params = { bot_id: bot.id };
    await (await aUser()).api.refused("DELETE /api/join-requests/{bot_id}", "FORBIDDEN", { params });
    const admin = await theAdmin();
    expect((await admin.api.send("DELETE /api/join-requests/{bot_id}", { params })).status).toBe(200);
    await bot.api.refused("GET /api/bot/{bot_id}/commands", "UNAUTHORIZED", { params });
    await admin.api.refused("DELETE /api/join-requests/{bot_id}", "NOT_FOUND", { params });
    // A bot with an owner cannot be refused.
    const owned = await aBot(admin);
    await admin.api.refused("DELETE /api/join-requests/{bot_id}", "NOT_FOUND", { params: { bot_id: owned.id } });
  });
});

describe("two programs that run as one bot", () => {
  const KEEP = "POST /api/bot/{bot_id}/instances/{instance}/keep";
  const LIST = "GET /api/bot/{bot_id}/instances";
  const asInstance = (token: string, instance: string) => ({ token, auth: { instance, version: `v-${instance}` } });

  it("are shown with address, start and version; keeping one disconnects and refuses the other", async () => {
    const ada = await aUser();
    const bot = await aBot(ada);
    const params = { bot_id: bot.id };
    const watching = await connected({ headers: ada.api.headers });
    const old = await connected(asInstance(bot.token, "old"));
    await connected(asInstance(bot.token, "new"));
    const alarm = await watching.event("bot_instances", (data) => data.instances.length === 2);
    expect(alarm).toMatchObject({
      bot_id: bot.id,
      instances: [
        { instance: "new", epoch: 2, address: "127.0.0.1", version: "v-new", via: "socket", declared: true },
        { instance: "old", epoch: 1 },
      ],
    });
    expect((await ada.api.call(listInstances, { params })).instances).toEqual(alarm.instances);

    const stranger = await aUser();
    await stranger.api.refused(LIST, "NOT_FOUND", { params });
    await stranger.api.refused(KEEP, "NOT_FOUND", { params: { ...params, instance: "new" } });
    await ada.api.refused(KEEP, "NOT_FOUND", { params: { ...params, instance: "nobody" } });
    const kept = await ada.api.call(keepInstance, { params: { ...params, instance: "new" } });
    expect([kept.instances.map((one) => one.instance), kept.refused.map((one) => one.instance)]).toEqual([
      ["new"],
      ["old"],
    ]);
    expect(await old.event("error")).toMatchObject({ code: "SUPERSEDED" });
    await watching.event("bot_instances", (data) => data.instances.length === 1);
    expect((await refusal(asInstance(bot.token, "old"))).code).toBe("SUPERSEDED");
    const headers = { "x-bot-instance": "old" };
    await bot.api.refused("GET /api/bot/{bot_id}/commands", "SUPERSEDED", { params, headers });
    await bot.api.refused("POST /api/bot/{bot_id}/status", "SUPERSEDED", { params, headers, body: {} });

    // A new token ends the refusal, because only a trusted program can have it.
    const { json } = await ada.api.send("POST /api/my-bots/{bot_id}/regenerate-token", { params });
    await connected(asInstance(json.token, "old"));
  });

  it("with our client, the refused one stops with a reason and the other continues", async () => {
    const ada = await aUser();
    const bot = await aBot(ada);
    const params = { bot_id: bot.id };
    const url = theServer().url;
    const problems: string[] = [];
    const start = async () => {
      const client = new MusterBot({ url, botId: bot.id, token: bot.token, onProblem: (text) => problems.push(text) });
      client.start();
      await eventually(() => expect(client.state).toBe("socket"));
      return client;
    };
    const list = async () => (await ada.api.call(listInstances, { params })).instances;
    const first = await start();
    // An instance is counted after its socket is accepted: the second could be counted before the first.
    await eventually(list, (instances) => instances.length === 1);
    const second = await start();
    const instances = await eventually(list, ({ length }) => length === 2);
    await ada.api.call(keepInstance, { params: { ...params, instance: instances[0]!.instance } });
    await eventually(() => expect(first.state).toBe("stopped"));
    expect(problems.join()).toMatch(/Another instance of this bot was kept/);
    expect(second.state).toBe("socket");
    await second.stop();
  });

  it("are noticed when they poll, and a program that reconnects does not count twice", async () => {
    const ada = await aUser();
    const bot = await aBot(ada);
    const params = { bot_id: bot.id };
    const poll = (instance: string) =>
      bot.api.send("GET /api/bot/{bot_id}/commands", { params, headers: { "x-bot-instance": instance } });
    for (const instance of ["a", "a", "b"]) expect((await poll(instance)).status).toBe(200);
    const { instances } = await ada.api.call(listInstances, { params });
    expect(instances.map(({ instance, epoch, via }) => [instance, epoch, via])).toEqual([
      ["b", 2, "http"],
      ["a", 1, "http"],
    ]);
    await bot.api.refused("GET /api/bot/{bot_id}/commands", "INVALID_INPUT", {
      params,
      headers: { "x-bot-instance": "no such id!" },
    });
  });

  it("that do not name themselves are distinguished by their sockets", async () => {
    const ada = await aUser();
    const bot = await aBot(ada);
    await connected({ token: bot.token });
    const second = socket({ token: bot.token });
    await second.event("connected");
    const declared = async () => {
      const { instances } = await ada.api.call(listInstances, { params: { bot_id: bot.id } });
      return instances.map((one) => one.declared);
    };
    // Their epochs are stored after the sockets are accepted.
    await expect.poll(declared).toEqual([false, false]);
  });
});
