/** Bots that go to another team: who may give them, and who sees them, their rows and their events before and after. */
import { afterEach, beforeAll, expect, it } from "vitest";
import { addTeamMember, createTeam } from "@/lib/identity/teams/contract";
import { createBotGrant } from "@/lib/identity/teams/contract.grants";
import type { Api, Json } from "../api";
import { eventually } from "../eventually";
import { aBot, aUser, type TestBot, type TestUser, theAdmin } from "../factories";
import { closeSockets, connected } from "../sockets";

let giver: TestUser;
let colleague: TestUser;
let receiver: TestUser;
let guest: TestUser;
let team: number;
const LINE = "POST /api/my-bots/{bot_id}/transfer";
const give = (api: Api, { id }: TestBot, body: object) => api.send(LINE, { params: { bot_id: id }, body });

beforeAll(async () => {
  [giver, colleague, receiver, guest] = await Promise.all([aUser(), aUser(), aUser(), aUser()]);
  ({ id: team } = (await giver.api.call(createTeam, { body: { name: "Night shift" } })).team);
  const params = { team_id: String(team) };
  await giver.api.call(addTeamMember, { params, body: { user_id: colleague.id, role: "operator" } });
});
afterEach(closeSockets);

/** A bot of the team with a command, a log and a message. */
async function aBusyBot(): Promise<TestBot> {
  const bot = await aBot(giver, { name: "Greeter", team_id: team });
  await bot.api.send("POST /api/bot/{bot_id}/logs", { params: { bot_id: bot.id }, body: { message: "hello" } });
  const message = { message: "m", author_id: "1", author_name: "a", thread_id: "t", thread_type: "USER" };
  await bot.api.send("POST /api/bot/{bot_id}/messages", { params: { bot_id: bot.id }, body: message });
  await giver.api.send("POST /api/commands", { body: { bot_id: bot.id, type: "ping" } });
  return bot;
}

const LISTS = ["GET /api/bots", "GET /api/commands", "GET /api/logs", "GET /api/messages"];
const listed = async ({ api }: TestUser, { id }: TestBot) => {
  const texts = await Promise.all(LISTS.map(async (line) => (await api.send(line)).text));
  return texts.map((text) => text.includes(id));
};
const [ALL, NONE] = [LISTS.map(() => true), LISTS.map(() => false)];

it("go with their rows, and only the new team sees them", async () => {
  const bot = await aBusyBot();
  const grant = { user_id: guest.id, role: "viewer" };
  await giver.api.call(createBotGrant, { params: { bot_id: bot.id }, body: grant });
  for (const one of [giver, colleague, guest]) expect(await listed(one, bot)).toEqual(ALL);
  expect(await listed(receiver, bot)).toEqual(NONE);

  const { status, json } = await give(giver.api, bot, { username: receiver.username });
  expect([status, json.bot]).toEqual([
    200,
    expect.objectContaining({ id: bot.id, team_id: receiver.id, owner_id: receiver.id }),
  ]);
  for (const one of [giver, colleague, guest]) expect(await listed(one, bot)).toEqual(NONE);
  await eventually(async () => expect(await listed(receiver, bot)).toEqual(ALL));
  // The token is still the bot's, and its reports are the new team's.
  const path = { params: { bot_id: bot.id } };
  await bot.api.send("POST /api/bot/{bot_id}/logs", { ...path, body: { message: "after the move" } });
  expect((await receiver.api.send("GET /api/logs")).text).toContain("after the move");
  expect((await giver.api.send("GET /api/logs")).text).not.toContain("after the move");
  expect((await receiver.api.send("GET /api/my-bots/{bot_id}/grants", path)).json.grants).toEqual([]);
});

it("are announced to the pages of both teams, and their events go to the new one", async () => {
  const bot = await aBusyBot();
  const [before, after, itself] = await Promise.all([
    connected({ token: colleague.jwt }),
    connected({ token: receiver.jwt }),
    connected({ token: bot.token }),
  ]);
  await give(giver.api, bot, { user_id: receiver.id });
  await after.event("bot_update", ({ bot_id }) => bot_id === bot.id);
  await Promise.all([before.event("access_changed"), after.event("access_changed")]);
  const heardBefore = before.heard.length;
  const { json } = await receiver.api.send("POST /api/commands", { body: { bot_id: bot.id, type: "greet" } });
  await itself.event("new_command", ({ type }) => type === "greet");
  itself.client.emit("ack", { command_id: json.command.id, status: "completed" });
  await after.event("command_update", ({ id, status }: Json) => id === json.command.id && status === "completed");
  expect(before.heard.slice(heardBefore)).toEqual([]);
});

it("are given by owners alone, and to teams that the giver maintains", async () => {
  const bot = await aBusyBot();
  const foreign = (await receiver.api.call(createTeam, { body: { name: "Day shift" } })).team.id;
  const tries: [Api, object, number][] = [
    [colleague.api, { user_id: colleague.id }, 403],
    [receiver.api, { user_id: receiver.id }, 404],
    [giver.api, { team_id: foreign }, 404],
    [giver.api, { team_id: receiver.id }, 404],
    [giver.api, { team_id: team }, 409],
    [giver.api, { username: "nobody" }, 404],
    [giver.api, { user_id: giver.id, team_id: team }, 400],
    [giver.api, {}, 400],
    [(await theAdmin()).api, { team_id: foreign }, 200],
  ];
  for (const [api, body, status] of tries) expect([body, (await give(api, bot, body)).status]).toEqual([body, status]);
  expect(await listed(receiver, bot)).toContain(true);
});

it("are recorded in the audit log with the team before and after", async () => {
  const bot = await aBusyBot();
  await give(giver.api, bot, { user_id: giver.id });
  const { json } = await giver.api.send("GET /api/audit");
  const entry = json.entries.find((one: Json) => one.action === "transferBot" && one.target?.id === bot.id);
  expect(entry).toMatchObject({ outcome: "done", before: { team_id: team }, after: { team_id: giver.id } });
});

it("go to the person or team that the deletion of an account names", async () => {
  const [leaver, heir, other] = await Promise.all([aUser(), aUser(), aUser()]);
  const bots = [await aBot(leaver), await aBot(leaver)];
  const LEAVE = "POST /api/auth/delete-account";
  const leave = (transfer_to: number) => ({ body: { password: leaver.password, delete_bots: false, transfer_to } });
  const foreign = (await other.api.call(createTeam, { body: { name: "Day shift" } })).team.id;
  const refused = await Promise.all([leaver.id, foreign, 999_999_999].map((to) => leaver.api.send(LEAVE, leave(to))));
  expect(refused.map(({ status }) => status)).toEqual([400, 404, 404]);
  expect((await leaver.api.send(LEAVE, leave(heir.id))).status).toBe(200);
  const { json } = await heir.api.send("GET /api/my-bots");
  expect(json.bots.map(({ id }: Json) => id).sort()).toEqual(bots.map(({ id }) => id).sort());
  // An admin decides in the same way.
  const admin = await theAdmin();
  const remove = (query: Record<string, string | number>) =>
    admin.api.send("DELETE /api/users/{user_id}/account", { params: { user_id: String(heir.id) }, query });
  expect((await remove({})).status).toBe(409);
  expect((await remove({ transfer_to: foreign })).status).toBe(200);
  const { json: kept } = await other.api.send("GET /api/my-bots");
  expect(kept.bots.map((bot: Json) => bot.team_id)).toEqual([foreign, foreign]);
});
