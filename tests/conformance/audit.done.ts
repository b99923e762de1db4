/** Calls of operations that succeed, each with an object of its own, for the test that looks for their records. */
import type { Json } from "../api";
import { aUser, signIn, type TestUser } from "../factories";
import { paramsOf, type Target, VALID_BODY } from "./operations";

export type Call = { owner: TestUser; admin: TestUser; target: Target };
export type Params = Record<string, string>;

export const made = async (by: TestUser, line: string, params: Params, body: unknown): Promise<Json> => {
  const answer = await by.api.send(line, { params, body });
  if (answer.status >= 400) throw new Error(`${line} answered ${answer.status}: ${answer.text}`);
  return answer.json;
};
const own = (line: string, idOf: (json: Json) => string) => async (call: Call, params: Params) =>
  idOf(await made(call.owner, line, params, VALID_BODY[line]?.(call.target)));
const sharing = async () => ({ username: (await aUser()).username, role: "viewer" });

async function otherSession(user: TestUser): Promise<string> {
  await signIn(user.username, user.password);
  const { sessions } = (await user.api.send("GET /api/auth/sessions")).json;
  return sessions.find(({ current }: Json) => !current).id;
}

/** How the object is made that a path names, by the end of the path up to its parameter. The first that fits counts. */
const MADE: [RegExp, string, (call: Call, params: Params) => Promise<string>][] = [
  [/^\/api\/(teams|quotas)\/\{team_id\}/, "team_id", own("POST /api/teams", ({ team }) => String(team.id))],
  [/alert-rules\/\{/, "rule_id", own("POST /api/alert-rules", ({ rule }) => rule.rule_id)],
  [/alert-channels\/\{/, "channel_id", own("POST /api/alert-channels", ({ channel }) => channel.channel_id)],
  [/schedules\/\{/, "schedule_id", own("POST /api/schedules", ({ schedule }) => schedule.schedule_id)],
  [/incoming-webhooks\/\{/, "hook_id", own("POST /api/incoming-webhooks", ({ hook }) => hook.hook_id)],
  [/webhooks\/\{/, "webhook_id", own("POST /api/webhooks", ({ webhook }) => webhook.webhook_id)],
  [/windows\/\{/, "window_id", own("POST /api/maintenance-windows", ({ window }) => window.window_id)],
  [/views\/\{/, "view_id", own("POST /api/views", ({ view }) => view.view_id)],
  [/status-pages\/\{/, "page_id", own("POST /api/status-pages", ({ page }) => page.page_id)],
  [
    /incidents\/\{/,
    "incident_id",
    own("POST /api/status-pages/{page_id}/incidents", ({ incident }) => incident.incident_id),
  ],
  [/\/keys\/\{/, "key_id", own("POST /api/teams/{team_id}/keys", ({ key }) => key.id)],
  [/api-keys\/\{/, "key_id", own("POST /api/auth/api-keys", ({ key }) => key.id)],
  [
    /teams.*invitations\/\{/,
    "invitation_id",
    own("POST /api/teams/{team_id}/invitations", (json) => json.invitation.id),
  ],
  [
    /^\/api\/invitations\/\{/,
    "invitation_id",
    async ({ admin }, params) =>
      (await made(admin, "POST /api/invitations", params, { role: "user", delivery: "link" })).invitation.id,
  ],
  [
    /tag-grants\/\{/,
    "grant_id",
    async ({ owner }, params) =>
      (await made(owner, "POST /api/teams/{team_id}/tag-grants", params, { tag: "t", ...(await sharing()) })).grant.id,
  ],
  [
    /\/grants\/\{/,
    "grant_id",
    async ({ owner }, params) =>
      (await made(owner, "POST /api/my-bots/{bot_id}/grants", params, await sharing())).grant.id,
  ],
  [
    /members\/\{/,
    "user_id",
    async ({ owner }, params) => {
      const { id } = await aUser();
      await made(owner, "POST /api/teams/{team_id}/members", params, { user_id: id, role: "operator" });
      return String(id);
    },
  ],
  [/auth\/sessions\/\{/, "session_id", async ({ owner }) => otherSession(owner)],
  [
    /canned-replies\/\{/,
    "reply_id",
    async ({ admin, target }, params) => {
      const line = "POST /api/canned-replies";
      return (await made(admin, line, params, VALID_BODY[line]!(target))).reply.reply_id;
    },
  ],
];

/** The parameters of a path, for objects that exist. */
export async function paramsFor(path: string, call: Call): Promise<Params> {
  const params = paramsOf(call.target);
  if (/^\/api\/users\/\{user_id\}/.test(path)) {
    const person = await aUser();
    params.user_id = String(person.id);
    if (path.includes("{session_id}")) {
      const { sessions } = (await person.api.send("GET /api/auth/sessions")).json;
      params.session_id = sessions[0].id;
    }
  }
  for (const [pattern, name, make] of MADE) if (pattern.test(path)) params[name] = await make(call, params);
  return params;
}

/** Prepares what an operation needs before it can succeed. */
export const BEFORE: Record<string, (call: Call, params: Params) => Promise<unknown>> = {
  reopenTicket: ({ admin }, params) => made(admin, "POST /api/tickets/{ticket_id}/close", params, {}),
  resumeSchedule: ({ owner }, params) => made(owner, "POST /api/schedules/{schedule_id}/pause", params, undefined),
};

/** Bodies of calls that succeed, where those of every operation name something that does not exist. */
export const BODY: Record<string, (call: Call) => Promise<Json>> = {
  createBotGrant: sharing,
  createTagGrant: async () => ({ tag: "t", ...(await sharing()) }),
  addTeamMember: sharing,
  transferTeam: async () => ({ username: (await aUser()).username }),
  transferBot: async () => ({ username: (await aUser()).username }),
  login: async ({ owner }) => ({ username: owner.username, password: owner.password }),
  changePassword: async ({ owner }) => ({
    old_password: owner.password,
    new_password: "another good long password",
  }),
  startSecondFactor: async ({ owner }) => ({ password: owner.password }),
  stepUp: async ({ owner }) => ({ password: owner.password }),
  deleteAccount: async ({ owner }) => ({ password: owner.password }),
  mergeTicket: async ({ target }) => {
    const body = { ...(VALID_BODY["POST /api/tickets"]!(target) as Json), user_id: "outside" };
    const { json } = await target.bot.api.send("POST /api/tickets", { body });
    return { into: json.ticket_id };
  },
};

/** Operations that cannot succeed on a server of these tests, each with the reason. */
export const NOT_DONE: Record<string, string> = {
  restoreBackup: "replaces the database, with the audit log in it; 002.backups.test.ts restores",
  claimSetup: "needs a server without an admin; e2e/first-run.spec.ts claims one",
};
