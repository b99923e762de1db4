/** The bots of one team in the lists, and numbers that no team can have. */
import { expect, it } from "vitest";
import { createTeam } from "@/lib/identity/teams/contract";
import { aBot, aUser, theAdmin } from "../factories";

/** Above the largest number of a row: PostgreSQL cannot even compare it. */
const TOO_LARGE = "9999999999";

it("lists the bots of one team, and none of them to others", async () => {
  const [owner, other] = await Promise.all([aUser(), aUser()]);
  const { team } = await owner.api.call(createTeam, { body: { name: "Night shift" } });
  const bot = await aBot(owner, { name: "Porter", team_id: team.id });
  await aBot(owner, { name: "Greeter" });
  const listed = async ({ api }: typeof owner, line: string) => {
    const { status, json } = await api.send(line, { query: { team_id: String(team.id) } });
    expect(status).toBe(200);
    return json.bots.map(({ id }: { id: string }) => id);
  };
  for (const line of ["GET /api/bots", "GET /api/my-bots"]) {
    expect(await listed(owner, line)).toEqual([bot.id]);
    expect(await listed(other, line)).toEqual([]);
  }
  expect(await listed(await theAdmin(), "GET /api/admin/bots")).toEqual([bot.id]);
});

it.each([
  ["GET /api/teams/{team_id}", 404, { params: { team_id: TOO_LARGE } }],
  ["GET /api/teams/{team_id}/members", 404, { params: { team_id: TOO_LARGE } }],
  ["GET /api/bots", 400, { query: { team_id: TOO_LARGE } }],
])("%s answers %i for a number that is too large for any team", async (line, status, input) => {
  const answer = await (await theAdmin()).api.send(line, input);
  expect(answer.status).toBe(status);
});

it("names the shared tags by which a guest reaches a bot, to that guest alone", async () => {
  const [owner, guest] = await Promise.all([aUser(), aUser()]);
  const bot = await aBot(owner);
  await owner.api.send("PUT /api/my-bots/{bot_id}/tags", { params: { bot_id: bot.id }, body: { tags: ["night"] } });
  await owner.api.send("POST /api/teams/{team_id}/tag-grants", {
    params: { team_id: String(owner.id) },
    body: { tag: "night", username: guest.username, role: "viewer" },
  });
  const info = async ({ api }: typeof owner) =>
    (await api.send("GET /api/bot/{bot_id}/info", { params: { bot_id: bot.id } })).json;
  expect((await info(guest)).shared_tags).toEqual(["night"]);
  expect((await info(owner)).shared_tags).toBeUndefined();
});
