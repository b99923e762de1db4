/** Teams in GraphQL: the same rights and the same rows as REST. */
import { beforeAll, expect, it } from "vitest";
import type { Api, Json } from "../api";
import { aBot, anApiKey, aUser, type TestBot, type TestUser } from "../factories";

let owner: TestUser;
let viewer: TestUser;
let stranger: TestUser;
let id: string;
let bot: TestBot;

const ask = async (api: Api, query: string): Promise<Json> =>
  (await api.send("POST /graphql", { body: { query } })).json;
const codeOf = async (api: Api, query: string) => (await ask(api, query)).errors?.[0].extensions.code;

beforeAll(async () => {
  [owner, viewer, stranger] = await Promise.all([aUser(), aUser(), aUser()]);
  const made = await ask(
    owner.api,
    'mutation { createTeam(name: "Night shift") { success team { id role members } } }',
  );
  expect(made.data.createTeam).toEqual({ success: true, team: { id: expect.any(String), role: "owner", members: 1 } });
  ({ id } = made.data.createTeam.team);
  await owner.api.send("POST /api/teams/{team_id}/members", {
    params: { team_id: id },
    body: { user_id: viewer.id, role: "viewer" },
  });
  bot = await aBot(owner, { name: "Greeter", team_id: Number(id) });
  await owner.api.send("POST /api/my-bots/{bot_id}/grants", {
    params: { bot_id: bot.id },
    body: { user_id: stranger.id, role: "operator" },
  });
});

it("lists the caller's teams and their members, page by page", async () => {
  const { data } = await ask(viewer.api, "{ teams { nodes { id name personal role } pageInfo { hasNextPage } } }");
  expect(data.teams).toEqual({
    nodes: [
      { id: String(viewer.id), name: viewer.username, personal: true, role: "owner" },
      { id, name: "Night shift", personal: false, role: "viewer" },
    ],
    pageInfo: { hasNextPage: false },
  });
  const members = async (rest: string) =>
    (
      await ask(
        viewer.api,
        `{ teamMembers(teamId: "${id}", first: 1${rest}) { nodes { username role } pageInfo { endCursor } } }`,
      )
    ).data.teamMembers;
  const first = await members("");
  expect(first.nodes).toEqual([{ username: owner.username, role: "owner" }]);
  const second = await members(`, after: "${first.pageInfo.endCursor}"`);
  expect(second).toEqual({ nodes: [{ username: viewer.username, role: "viewer" }], pageInfo: { endCursor: null } });
});

it("shows with whom a bot is shared to its maintainers alone", async () => {
  const grants = `{ botGrants(botId: "${bot.id}") { nodes { role user { username } team { id } } } }`;
  expect((await ask(owner.api, grants)).data.botGrants.nodes).toEqual([
    { role: "operator", user: { username: stranger.username }, team: null },
  ]);
  expect([await codeOf(viewer.api, grants), await codeOf(stranger.api, grants)]).toEqual(["FORBIDDEN", "FORBIDDEN"]);
});

it("renames a team at its version, for owners with a key of scope admin", async () => {
  const rename = `mutation { updateTeam(id: "${id}", name: "Day shift", version: 0) { team { name version } } }`;
  expect(await codeOf(viewer.api, rename)).toBe("FORBIDDEN");
  expect(await codeOf(stranger.api, rename)).toBe("NOT_FOUND");
  expect(await codeOf((await anApiKey(owner, "operate")).api, rename)).toBe("FORBIDDEN");
  expect((await ask(owner.api, rename)).data.updateTeam.team).toEqual({ name: "Day shift", version: 1 });
  expect(await codeOf(owner.api, rename)).toBe("CONFLICT");
});

it("changes members, for owners alone", async () => {
  const [guest, next] = [await aUser(), await aUser()];
  const { data } = await ask(owner.api, 'mutation { createTeam(name: "Early shift") { team { id } } }');
  const team = data.createTeam.team.id;
  const add = `mutation { addTeamMember(teamId: "${team}", userId: "${guest.id}", role: "viewer") { team { members } } }`;
  const change = `mutation { changeTeamMember(teamId: "${team}", userId: "${guest.id}", role: "operator") { success } }`;
  const remove = `mutation { removeTeamMember(teamId: "${team}", userId: "${guest.id}") { success } }`;
  const transfer = `mutation { transferTeam(id: "${team}", username: "${next.username}") { success } }`;
  const end = `mutation { deleteTeam(id: "${team}") { success } }`;
  for (const call of [add, change, transfer, end]) expect(await codeOf(guest.api, call)).toBe("NOT_FOUND");
  expect((await ask(owner.api, add)).data.addTeamMember.team).toEqual({ members: 2 });
  for (const call of [add, change, transfer, end]) expect(await codeOf(guest.api, call)).toBe("FORBIDDEN");
  expect(await codeOf(owner.api, add)).toBe("CONFLICT");
  expect((await ask(owner.api, change)).data.changeTeamMember).toEqual({ success: true });
  const { data: listed } = await ask(guest.api, `{ teamMembers(teamId: "${team}") { nodes { username role } } }`);
  expect(listed.teamMembers.nodes).toContainEqual({ username: guest.username, role: "operator" });
  expect((await ask(owner.api, remove)).data.removeTeamMember).toEqual({ success: true });
  expect(await codeOf(owner.api, remove)).toBe("NOT_FOUND");
  expect((await ask(owner.api, transfer)).data.transferTeam).toEqual({ success: true });
  const shown = await ask(owner.api, `{ team(id: "${team}") { ownerName role } }`);
  expect(shown.data.team).toEqual({ ownerName: next.username, role: "maintainer" });
  expect(await codeOf(owner.api, end)).toBe("FORBIDDEN");
  expect((await ask(next.api, end)).data.deleteTeam).toEqual({ success: true });
});

it("shares a bot until an end, changes and ends the grant, and gives the bot to somebody else", async () => {
  const [guest, next] = [await aUser(), await aUser()];
  const { id: botId } = await aBot(owner, { name: "Porter" });
  const fields = "grant { id role endsAt user { username } }";
  const share = `mutation { createBotGrant(botId: "${botId}", username: "${guest.username}", role: "viewer", endsAt: "2030-01-01T00:00:00Z") { ${fields} } }`;
  expect(await codeOf(guest.api, share)).toBe("NOT_FOUND");
  const { grant } = (await ask(owner.api, share)).data.createBotGrant;
  expect(grant).toMatchObject({
    role: "viewer",
    endsAt: "2030-01-01T00:00:00.000Z",
    user: { username: guest.username },
  });
  const change = `mutation { changeBotGrant(botId: "${botId}", id: "${grant.id}", role: "operator", endsAt: null) { ${fields} } }`;
  expect(await codeOf(guest.api, change)).toBe("FORBIDDEN");
  expect((await ask(owner.api, change)).data.changeBotGrant.grant).toMatchObject({ role: "operator", endsAt: null });
  const end = `mutation { endBotGrant(botId: "${botId}", id: "${grant.id}") { success } }`;
  expect((await ask(owner.api, end)).data.endBotGrant).toEqual({ success: true });
  expect(await codeOf(owner.api, end)).toBe("NOT_FOUND");
  const move = `mutation { transferBot(botId: "${botId}", userId: ${next.id}) { bot { id } } }`;
  expect(await codeOf(next.api, move)).toBe("NOT_FOUND");
  expect((await ask(owner.api, move)).data.transferBot).toEqual({ bot: { id: botId } });
  expect((await ask(next.api, `{ bot(id: "${botId}") { name } }`)).data.bot).toEqual({ name: "Porter" });
});

it("refuses a bot's token, and ids and cursors that are none", async () => {
  expect(await codeOf(bot.api, "{ teams { nodes { id } } }")).toBe("FORBIDDEN");
  for (const query of ['{ team(id: "x") { id } }', `{ teamMembers(teamId: "${id}", after: "x") { nodes { userId } } }`])
    expect(await codeOf(owner.api, query)).toBe("INVALID_INPUT");
  expect(await codeOf(stranger.api, `{ team(id: "${id}") { id } }`)).toBe("NOT_FOUND");
});

it("invites to a team for its owners alone, shows the link once, and revokes", async () => {
  const create = `mutation { createTeamInvitation(teamId: "${id}", role: "operator", expiresInDays: 3) {
    success link invitation { id state teamRole team { name } } } }`;
  expect(await codeOf(viewer.api, create)).toBe("FORBIDDEN");
  expect(await codeOf(stranger.api, create)).toBe("NOT_FOUND");
  const { invitation, link } = (await ask(owner.api, create)).data.createTeamInvitation;
  expect(invitation).toMatchObject({ state: "open", teamRole: "operator", team: { name: expect.any(String) } });
  expect(link).toContain("token=");
  const list = `{ teamInvitations(teamId: "${id}") { nodes { id state } pageInfo { hasNextPage } } }`;
  expect(await codeOf(viewer.api, list)).toBe("FORBIDDEN");
  expect((await ask(owner.api, list)).data.teamInvitations.nodes).toEqual([{ id: invitation.id, state: "open" }]);
  const revoke = `mutation { revokeTeamInvitation(teamId: "${id}", id: "${invitation.id}") { success } }`;
  expect(await codeOf(viewer.api, revoke)).toBe("FORBIDDEN");
  expect((await ask(owner.api, revoke)).data.revokeTeamInvitation).toEqual({ success: true });
  expect((await ask(owner.api, list)).data.teamInvitations.nodes).toEqual([{ id: invitation.id, state: "expired" }]);
});

it("shares a tag, changes and ends its grant, and names the bots that have it", async () => {
  const guest = await aUser();
  const { id: botId } = await aBot(owner, { name: "Porter", team_id: Number(id) });
  const tags = { params: { bot_id: botId }, body: { tags: ["Night"] } };
  expect((await owner.api.send("PUT /api/my-bots/{bot_id}/tags", tags)).status).toBe(200);
  const fields = "grant { id tag bots role endsAt user { username } ownerTeamId }";
  const share = `mutation { createTagGrant(teamId: "${id}", tag: "night", userId: "${guest.id}", role: "viewer", endsAt: "2030-01-01T00:00:00Z") { ${fields} } }`;
  const { grant } = (await ask(owner.api, share)).data.createTagGrant;
  expect(grant).toMatchObject({
    ...{ tag: "night", bots: 1, role: "viewer", endsAt: "2030-01-01T00:00:00.000Z", ownerTeamId: id },
    user: { username: guest.username },
  });
  expect((await ask(guest.api, `{ bot(id: "${botId}") { id } }`)).data.bot).toEqual({ id: botId });
  const change = `mutation { changeTagGrant(teamId: "${id}", id: "${grant.id}", role: "operator", endsAt: null) { ${fields} } }`;
  expect((await ask(owner.api, change)).data.changeTagGrant.grant).toMatchObject({ role: "operator", endsAt: null });
  const listed = `{ tagGrants(teamId: "${id}") { nodes { id } } }`;
  expect((await ask(owner.api, listed)).data.tagGrants.nodes).toEqual([{ id: grant.id }]);
  expect(await codeOf(guest.api, listed)).toBe("NOT_FOUND");
  const end = `mutation { endTagGrant(teamId: "${id}", id: "${grant.id}") { success } }`;
  expect((await ask(owner.api, end)).data.endTagGrant).toEqual({ success: true });
  expect((await ask(guest.api, `{ bot(id: "${botId}") { id } }`)).data.bot).toBeNull();
  const odd = `mutation { createTagGrant(teamId: "${id}", tag: "night", userId: "x", role: "viewer") { success } }`;
  expect(await codeOf(owner.api, odd)).toBe("INVALID_INPUT");
});
