/**
 * The authorisation matrix of teams and grants: every operation that names a bot or a command × every role on the bot. A
 * list must contain exactly what the caller may see. An operation that names a bot and is missing here fails.
 */
import { beforeAll, expect, it } from "vitest";
import { SERVICE_AREAS } from "@/lib/core/contract.areas";
import type { TeamRole } from "@/lib/core/contract.roles";
import { createTeamKey } from "@/lib/identity/teams/contract.keys";
import type { Api, Json } from "../api";
import { eventually } from "../eventually";
import { aBot, aUser, type TestBot, type TestUser } from "../factories";
import { TEAM_MATRIX, VISIBLE_LISTS } from "./access.teams";
import { paramsOf, REQUIRED_QUERY, servedOperations, type Target, VALID_BODY } from "./operations";

const served = await servedOperations();
const PEOPLE = ["other", "expired", "viewer", "operator", "maintainer", "owner"] as const;
const CALLERS = [...PEOPLE, "serviceKey"] as const;
type Caller = (typeof CALLERS)[number];
/** People who see one bot of the team: by its grant, by its tag, and no more by the same tag, which was shared for a moment. */
const GUESTS = ["guest", "tagGuest", "tagExpired"] as const;
const MEMBERS = ["viewer", "operator", "maintainer", "owner"] as const satisfies readonly TeamRole[];
/** Callers who can change nothing, so that every row may use the same target. */
const READERS: ReadonlySet<Caller> = new Set(["other", "expired", "viewer"]);

let first: TestUser;
let team_id: number;
let callers: Record<Caller | (typeof GUESTS)[number], Api>;
let shared: Target;
let ended: Target;
/** A bot of the member of another team. */
let foreign: TestBot;

/** A bot of the team with a pending command, a log and a message. */
async function aTeamTarget(): Promise<Target> {
  const bot = await aBot(first, { name: "Greeter", team_id });
  const { json } = await first.api.send("POST /api/commands", { body: { bot_id: bot.id, type: "ping" } });
  return { bot, command_id: json.command.id, user_id: String(first.id), ticket_id: "ticket_unknown" };
}

async function writeRows(bot: TestBot): Promise<void> {
  const target = { bot } as Target;
  for (const line of ["POST /api/bot/{bot_id}/logs", "POST /api/bot/{bot_id}/messages"])
    await bot.api.send(line, { params: { bot_id: bot.id }, body: VALID_BODY[line]!(target) });
}

const share = (bot: TestBot, grant: { user_id: number; role: TeamRole; ends_at?: string }) =>
  first.api.send("POST /api/my-bots/{bot_id}/grants", { params: { bot_id: bot.id }, body: grant });

/** Gives a person every right on a bot that can be shared, and waits for the end of the grant. */
async function shareForAMoment(bot: TestBot, to: TestUser): Promise<void> {
  await share(bot, { user_id: to.id, role: "maintainer", ends_at: new Date(Date.now() + 1_500).toISOString() });
  const read = () => to.api.send("GET /api/my-bots/{bot_id}", { params: { bot_id: bot.id } });
  expect((await read()).status).toBe(200);
  await eventually(read, ({ status }) => status === 404);
}

/** Shares the tag "night" of the team's bots. */
const shareTag = (to: TestUser, ends_at?: string) =>
  first.api.send("POST /api/teams/{team_id}/tag-grants", {
    params: { team_id: String(team_id) },
    body: { tag: "Night", username: to.username, role: "viewer", ends_at },
  });

beforeAll(async () => {
  first = await aUser();
  ({ id: team_id } = (await first.api.send("POST /api/teams", { body: { name: "Night shift" } })).json.team);
  const names = [...PEOPLE, ...GUESTS] as const;
  const people = Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await aUser()] as const)),
  ) as Record<(typeof names)[number], TestUser>;
  const key = await first.api.call(createTeamKey, {
    params: { team_id: String(team_id) },
    body: { name: "deploy", scopes: [...SERVICE_AREAS] },
  });
  callers = {
    ...(Object.fromEntries(names.map((name) => [name, people[name].api])) as typeof callers),
    serviceKey: first.api.bearer(key.secret),
  };
  for (const role of MEMBERS)
    await first.api.send("POST /api/teams/{team_id}/members", {
      params: { team_id: String(team_id) },
      body: { user_id: people[role].id, role },
    });
  await people.other.api.send("POST /api/teams", { body: { name: "Day shift" } });
  [shared, ended, foreign] = [await aTeamTarget(), await aTeamTarget(), await aBot(people.other)];
  await people.other.api.send("POST /api/commands", { body: { bot_id: foreign.id, type: "ping" } });
  for (const bot of [shared.bot, ended.bot, foreign]) await writeRows(bot);
  await share(shared.bot, { user_id: people.guest.id, role: "operator" });
  await shareForAMoment(ended.bot, people.expired);
  await first.api.send("PUT /api/my-bots/{bot_id}/tags", {
    params: { bot_id: shared.bot.id },
    body: { tags: ["night"] },
  });
  await shareTag(people.tagGuest);
  await shareTag(people.tagExpired, new Date(Date.now() + 1_500).toISOString());
  const read = () => people.tagExpired.api.send("GET /api/my-bots/{bot_id}", { params: { bot_id: shared.bot.id } });
  expect((await read()).status).toBe(200);
  await eventually(read, ({ status }) => status === 404);
});

const targetOf = (caller: Caller, line: string): Promise<Target> | Target => {
  if (caller === "expired") return ended;
  return READERS.has(caller) || line.startsWith("GET ") ? shared : aTeamTarget();
};
const queryOf = (line: string, { bot }: Target) =>
  line === "GET /api/manifests/common" ? { bot_ids: bot.id } : REQUIRED_QUERY[line];

it("knows every operation that names a bot or a command", () => {
  const named = served.filter(({ line, path }) => {
    const body = VALID_BODY[line]?.(shared) as Json;
    return /\{(bot|command)_id\}/.test(path) || body?.bot_id || body?.bot_ids || queryOf(line, shared)?.bot_ids;
  });
  expect(named.map(({ line }) => line).sort()).toEqual(Object.keys(TEAM_MATRIX).sort());
});

/** The bots of this file that a caller may see. */
const seenBy = (caller: Caller | (typeof GUESTS)[number]): TestBot[] => {
  if (caller === "other") return [foreign];
  if (caller === "expired" || caller === "tagExpired") return [];
  return caller === "guest" || caller === "tagGuest" ? [shared.bot] : [shared.bot, ended.bot];
};
const namedIn = (text: string) => [shared.bot, ended.bot, foreign].filter(({ id }) => text.includes(id));

it.each(VISIBLE_LISTS)("%s lists what the caller may see, and nothing else", async (line) => {
  for (const caller of [...CALLERS, ...GUESTS]) {
    const { text } = await callers[caller].send(line);
    expect([caller, namedIn(text)]).toEqual([caller, seenBy(caller)]);
  }
});

it("GET /api/my-bots lists the bots of teams in which the caller is a maintainer or an owner", async () => {
  for (const caller of [...CALLERS, ...GUESTS]) {
    const own = ["maintainer", "owner", "other", "serviceKey"].includes(caller) ? seenBy(caller) : [];
    expect([caller, namedIn((await callers[caller].send("GET /api/my-bots")).text)]).toEqual([caller, own]);
  }
});

it("no other list and no figure names a bot that the caller may not see", async () => {
  // The audit log holds the caller's own tries, which name the bot.
  const isRest = ({ line, path }: { line: string; path: string }) =>
    line.startsWith("GET ") && !/\{(bot|command)_id\}/.test(path) && path !== "/api/audit";
  const rest = served.filter(isRest);
  for (const { line } of rest)
    for (const caller of [...CALLERS, ...GUESTS]) {
      const { text } = await callers[caller].send(line, { params: paramsOf(shared), query: REQUIRED_QUERY[line] });
      const hidden = namedIn(text).filter((bot) => !seenBy(caller).includes(bot));
      expect([line, caller, hidden]).toEqual([line, caller, []]);
    }
});

it("the overview counts the bots that the caller may see", async () => {
  for (const caller of ["other", "expired", ...GUESTS] as const) {
    const { json } = await callers[caller].send("GET /api/stats/overview");
    expect([caller, json.total_bots]).toEqual([caller, seenBy(caller).length]);
  }
});

it.each(Object.entries(TEAM_MATRIX))("%s answers %s", async (line, statuses) => {
  const got: number[] = [];
  for (const caller of CALLERS) {
    const target = await targetOf(caller, line);
    const { status } = await callers[caller].send(line, {
      params: paramsOf(target),
      query: queryOf(line, target),
      body: VALID_BODY[line]?.(target),
    });
    got.push(status);
  }
  expect(got.join(" ")).toBe(statuses);
});

it.each(Object.keys(TEAM_MATRIX))("%s treats a shared tag as a shared bot", async (line) => {
  const [, expired, viewer] = TEAM_MATRIX[line]!.split(" ");
  const statusOf = async (caller: (typeof GUESTS)[number]) => {
    const options = { params: paramsOf(shared), query: queryOf(line, shared), body: VALID_BODY[line]?.(shared) };
    return String((await callers[caller].send(line, options)).status);
  };
  expect([await statusOf("tagGuest"), await statusOf("tagExpired")]).toEqual([viewer, expired]);
});

it("commands in bulk reach no bot whose role is below operator", async () => {
  const { bot } = await aTeamTarget();
  const codes = ["NOT_FOUND", "NOT_FOUND", "FORBIDDEN"];
  for (const [at, caller] of CALLERS.slice(0, 3).entries()) {
    const target = caller === "expired" ? ended.bot : bot;
    const { json } = await callers[caller].send("POST /api/commands/bulk", {
      body: { bot_ids: [target.id], type: "x" },
    });
    expect([caller, json.results.map((one: Json) => one.code)]).toEqual([caller, [codes[at]]]);
  }
});
