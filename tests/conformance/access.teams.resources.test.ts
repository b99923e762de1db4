/**
 * The authorisation matrix of what a team owns beside bots: members, invitations, keys, quotas, shared tags, alert rules, channels,
 * schedules, webhooks, incoming webhooks, maintenance windows, status pages and saved views × every role in the team. An operation on
 * one of them that is missing here fails.
 */
import { beforeAll, expect, it } from "vitest";
import { SERVICE_AREAS } from "@/lib/core/contract.areas";
import type { TeamRole } from "@/lib/core/contract.roles";
import { createTeamKey } from "@/lib/identity/teams/contract.keys";
import type { Api, Json } from "../api";
import { eventually } from "../eventually";
import { aBot, aUser, type TestUser } from "../factories";
import { RESOURCE_MATRIX } from "./access.teams.resources";
import { paramsOf, servedOperations, type Target, VALID_BODY } from "./operations";

const PEOPLE = ["other", "guest", "expired", "viewer", "operator", "maintainer", "owner"] as const;
const CALLERS = [...PEOPLE, "serviceKey"] as const;
type Caller = (typeof CALLERS)[number];
const MEMBERS = ["viewer", "operator", "maintainer", "owner"] as const satisfies readonly TeamRole[];

let first: TestUser;
let target: Target;
let team_id: string;
let callers: Record<Caller, Api>;

/** How a resource of the team is made, by the parameter that names it: the operation, its body, and its id in the answer. */
const MADE: Record<string, [string, () => Json | Promise<Json>, (json: Json, body: Json) => string]> = {
  rule_id: ["POST /api/alert-rules", () => ofTeam("POST /api/alert-rules"), ({ rule }) => rule.rule_id],
  channel_id: [
    "POST /api/alert-channels",
    () => ofTeam("POST /api/alert-channels"),
    ({ channel }) => channel.channel_id,
  ],
  schedule_id: ["POST /api/schedules", () => ofTeam("POST /api/schedules"), ({ schedule }) => schedule.schedule_id],
  webhook_id: ["POST /api/webhooks", () => ofTeam("POST /api/webhooks"), ({ webhook }) => webhook.webhook_id],
  hook_id: ["POST /api/incoming-webhooks", () => ofTeam("POST /api/incoming-webhooks"), ({ hook }) => hook.hook_id],
  window_id: [
    "POST /api/maintenance-windows",
    () => ofTeam("POST /api/maintenance-windows"),
    ({ window }) => window.window_id,
  ],
  page_id: ["POST /api/status-pages", () => ofTeam("POST /api/status-pages"), ({ page }) => page.page_id],
  incident_id: [
    "POST /api/status-pages/{page_id}/incidents",
    () => bodyOf("POST /api/status-pages/{page_id}/incidents"),
    ({ incident }) => incident.incident_id,
  ],
  view_id: ["POST /api/views", () => ofTeam("POST /api/views"), ({ view }) => view.view_id],
  key_id: ["POST /api/teams/{team_id}/keys", () => bodyOf("POST /api/teams/{team_id}/keys"), ({ key }) => key.id],
  invitation_id: [
    "POST /api/teams/{team_id}/invitations",
    () => bodyOf("POST /api/teams/{team_id}/invitations"),
    ({ invitation }) => invitation.id,
  ],
  grant_id: [
    "POST /api/teams/{team_id}/tag-grants",
    async () => ({ tag: "night", username: (await aUser()).username, role: "viewer" }),
    ({ grant }) => grant.id,
  ],
  user_id: [
    "POST /api/teams/{team_id}/members",
    async () => ({ user_id: (await aUser()).id, role: "viewer" }),
    (_, body) => String(body.user_id),
  ],
};
/** Parameters of rows that no request of this test makes. */
const UNKNOWN = new Set(["run_id", "delivery_id", "team_id"]);

const bodyOf = (line: string): Json => VALID_BODY[line]?.(target);
const ofTeam = (line: string): Json => ({ ...bodyOf(line), team_id: Number(team_id) });
const names = (path: string): string[] => [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);

const isOfTeam = ({ path }: { path: string }): boolean =>
  /^\/api\/(alert-rules|alert-channels|schedules|webhooks|incoming-webhooks|maintenance-windows|status-pages|views)(\/|$)/.test(
    path,
  )
    ? path !== "/api/alert-channels/confirm"
    : /^\/api\/(teams|quotas)\/\{team_id\}/.test(path);
const served = (await servedOperations()).filter(isOfTeam);

async function aTeam(): Promise<string> {
  const { json } = await first.api.send("POST /api/teams", { body: { name: "Night shift" } });
  return String(json.team.id);
}

async function join(team: string, user: TestUser, role: TeamRole): Promise<void> {
  const body = { user_id: user.id, role };
  await first.api.send("POST /api/teams/{team_id}/members", { params: { team_id: team }, body });
}

let people: Record<(typeof PEOPLE)[number], TestUser>;
beforeAll(async () => {
  first = await aUser();
  team_id = await aTeam();
  const made = await Promise.all(PEOPLE.map(async (name) => [name, await aUser()] as const));
  people = Object.fromEntries(made) as typeof people;
  for (const role of MEMBERS) await join(team_id, people[role], role);
  const bot = await aBot(first, { name: "Greeter", team_id: Number(team_id) });
  const grant = { user_id: people.guest.id, role: "maintainer" };
  const share = { params: { bot_id: bot.id } };
  await first.api.send("POST /api/my-bots/{bot_id}/grants", { ...share, body: grant });
  const ends_at = new Date(Date.now() + 1_500).toISOString();
  const ended = { ...grant, user_id: people.expired.id, ends_at };
  await first.api.send("POST /api/my-bots/{bot_id}/grants", { ...share, body: ended });
  const body = { name: "deploy", scopes: [...SERVICE_AREAS] };
  const key = await first.api.call(createTeamKey, { params: { team_id }, body });
  callers = {
    ...(Object.fromEntries(PEOPLE.map((name) => [name, people[name].api])) as typeof callers),
    serviceKey: first.api.bearer(key.secret),
  };
  const seen = async () => (await people.expired.api.send("GET /api/my-bots/{bot_id}", share)).status;
  await eventually(seen, (status) => status === 404);
  target = { bot, command_id: "cmd_unknown", user_id: "1", ticket_id: "ticket_unknown", team_id };
});

async function made(name: string): Promise<string> {
  const [line, bodyOfMade, idOf] = MADE[name]!;
  const body = await bodyOfMade();
  const params: Record<string, string> = { team_id };
  if (line.includes("{page_id}")) params.page_id = await sharedOne("page_id");
  const answer = await first.api.send(line, { params, body });
  if (answer.status !== 200) throw new Error(`${line} answered ${answer.status}: ${answer.text}`);
  return idOf(answer.json, body);
}

const shared = new Map<string, Promise<string>>();
/** A resource that all rows share: a team may have only a few webhooks and channels. */
function sharedOne(name: string): Promise<string> {
  const known = shared.get(name) ?? made(name);
  shared.set(name, known);
  return known;
}

/** Operations after which a resource is not as it was before. */
const isChanging = (line: string): boolean => /^DELETE |\/(pause|resume|end)$/.test(line);

/** The parameters of a path. */
async function paramsFor(line: string): Promise<Record<string, string>> {
  const params: Record<string, string> = { ...paramsOf(target), team_id };
  for (const name of names(line))
    if (MADE[name])
      params[name] = await (isChanging(line) && names(line).at(-1) === name ? made(name) : sharedOne(name));
  return params;
}

/** Deleting or giving away a team needs one of its own. */
async function otherTeam(): Promise<Record<string, string>> {
  const team = await aTeam();
  for (const role of MEMBERS) await join(team, people[role], role);
  return { ...paramsOf(target), team_id: team };
}

const endsTeam = (line: string) =>
  line === "DELETE /api/teams/{team_id}" || line === "POST /api/teams/{team_id}/transfer";
const bodyFor = async (line: string): Promise<Json> => {
  if (line === "POST /api/teams/{team_id}/members") return MADE.user_id![1]();
  if (line === "POST /api/teams/{team_id}/tag-grants") return MADE.grant_id![1]();
  if (line === "PUT /api/views/{view_id}") return ofTeam(line);
  const body = bodyOf(line);
  return line.startsWith("POST /api/teams") || line.includes("{") || !body
    ? body
    : { ...body, team_id: Number(team_id) };
};

it("knows every operation on what a team owns", () => {
  const unmade = served.flatMap(({ path }) => names(path)).filter((name) => !MADE[name] && !UNKNOWN.has(name));
  expect(unmade).toEqual([]);
  expect(served.map(({ line }) => line).sort()).toEqual(Object.keys(RESOURCE_MATRIX).sort());
});

it.each(Object.entries(RESOURCE_MATRIX))("%s answers %s", async (line, statuses) => {
  const got: number[] = [];
  for (const caller of CALLERS) {
    const params = endsTeam(line) ? await otherTeam() : await paramsFor(line);
    const { status } = await callers[caller].send(line, { params, body: await bodyFor(line) });
    got.push(status);
  }
  expect(got.join(" ")).toBe(statuses);
});
