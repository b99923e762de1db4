/**
 * Every operation that changes something leaves its record in the audit log: each is performed by its bot's owner, by an
 * admin and by a read-only key, and the record of each call is looked for. The lists of lib/identity/audit/contract.scope.ts
 * name the exemptions.
 */
import { describe, expect, it } from "vitest";
import type { AuditEntry } from "@/lib/identity/audit/contract";
import { AUDITED_READS, auditScopeOf, EXEMPT, EXEMPT_FOR_BOTS } from "@/lib/identity/audit/contract.scope";
import type { Api, Json } from "../api";
import { anApiKey, aUser, theAdmin, unique } from "../factories";
import { aTarget, paramsOf, REQUIRED_QUERY, servedOperations, type Target, VALID_BODY } from "./operations";

const served = await servedOperations();
const admin = await theAdmin();
const recorded = served.filter(({ id, method }) => auditScopeOf({ id, method }).people);

async function recordsOf(request: string): Promise<AuditEntry[]> {
  const { json } = await admin.api.send("GET /api/audit", { query: { request_id: request } });
  return json.entries;
}

/** Operations by which a caller without a credential tries one, such as a mailed link: whatever refuses it is recorded. */
const ATTEMPTS =
  /\/auth\/(reset-password|verify-email|email\/confirm|not-me|invitations\/accept)$|\/alert-channels\/confirm$|\/callback$|\/sso\/join$/;

function outcomeOf(line: string, status: number) {
  if (status < 400) return "done";
  return status === 401 || status === 403 || ATTEMPTS.test(line) ? "refused" : undefined;
}

/** Operations whose record names no single object, and why. */
const TARGETLESS: Record<string, string> = {
  clearCache: "empties the caches of the whole server",
  rescanPlugins: "reads the folder of plugins again",
  checkRanks: "checks every player that is due",
  exportAnalytics: "figures of the whole server",
  exportAudit: "of all records when no filter is set",
  exportLogs: "of all bots when none is named",
  exportMessages: "of all bots when none is named",
  login: "no account has the name that was tried",
  forgotPassword: "the answer must not reveal whether the address has an account",
  startPasskeySignIn: "nobody has said who signs in",
  startDiscordLink: "no account of the provider has been named yet",
  logout: "ends the session of the caller, which the record names",
  refreshToken: "renews the session of the caller, which the record names",
};

/** Operations whose record has neither a value before nor one after, and why. */
const VALUELESS = new Set([
  // Sign-ins and what belongs to them change no value that people set.
  ...["login", "logout", "refreshToken", "forgotPassword", "resendVerification", "startPasskey", "startPasskeySignIn"],
  ...["startStepUp", "startSsoLink", "startDiscordLink", "finishSignIn"],
  // They reveal or send something, or begin work whose result has a record of its own.
  ...[
    "getBotToken",
    "exportAnalytics",
    "exportAudit",
    "exportBotData",
    "exportLogs",
    "exportMessages",
    "getTicketTranscript",
  ],
  ...[
    "clearCache",
    "rescanPlugins",
    "checkRanks",
    "restartService",
    "reloadCog",
    "reloadNamedCog",
    "testPush",
    "testPushDevice",
    "testPushToken",
  ],
  ...[
    "testNotification",
    "testAlertChannel",
    "testWebhook",
    "verifyBackup",
    "regenerateBotToken",
    "endUserSessions",
    "revokeSession",
    "endSessions",
  ],
  // Rows of a bot, which are kept as they are beside its record.
  ...["postLogs", "postMessages", "postMetrics", "syncBotData", "reportProgress", "clearOpenCommands"],
]);

/** Calls the operation, and returns its status and what the audit log says of the call. */
async function perform(api: Api, line: string, target: Target, request: string) {
  const { status } = await api.send(line, {
    params: paramsOf(target),
    query: REQUIRED_QUERY[line],
    body: VALID_BODY[line]?.(target),
    headers: { "x-request-id": request },
  });
  return { status, records: await recordsOf(request) };
}

describe("the audit log", () => {
  it("names only operations that are served in its lists", () => {
    const ids = new Set([...served.map(({ id }) => id), "bulkCommand"]);
    const listed = [...Object.keys(EXEMPT), ...EXEMPT_FOR_BOTS, ...AUDITED_READS];
    expect(listed.filter((id) => !ids.has(id))).toEqual([]);
  });

  it("records every read that exports rows or reveals a secret", () => {
    const reveals = served.filter(({ id, method }) => method === "GET" && /export|token$|downloadBackup/i.test(id));
    const known = new Set(["verifyToken"]);
    expect(reveals.map(({ id }) => id).filter((id) => !AUDITED_READS.has(id) && !known.has(id))).toEqual([]);
  });

  it.each(recorded)("has the record of $line", async ({ id, line }) => {
    const owner = await aUser();
    const key = await anApiKey(owner, "read");
    const outcomes: (string | undefined)[] = [];
    for (const [api, kind] of [
      [key.api, "key"],
      [admin.api, "person"],
      [owner.api, "person"],
    ] as const) {
      if (
        api === admin.api &&
        /auth\/(logout|refresh|change-password|delete-account|discord|sessions$)|active-sessions/.test(line)
      )
        continue;
      const target = await aTarget(owner, "bot");
      if (/^PATCH .+users|users\/\{user_id\}\/(account|sessions)/.test(line))
        target.user_id = String((await aUser()).id);
      const { status, records } = await perform(api, line, target, unique("req-"));
      const outcome = outcomeOf(line, status);
      outcomes.push(outcome);
      if (!outcome) continue;
      expect(records.map(({ action, outcome: got }) => [action, got])).toEqual([[id, outcome]]);
      const [{ by, from, code, target: on, before, after }] = records as [AuditEntry];
      if (outcome === "done") {
        if (!TARGETLESS[id]) expect(on?.id).toBeTruthy();
        if (!VALUELESS.has(id)) expect(before ?? after).not.toBeNull();
      }
      expect([kind, "anonymous", "person"]).toContain(by.kind);
      expect(from.address).toBeTruthy();
      expect(code === null).toBe(outcome === "done");
    }
    expect(outcomes.filter(Boolean)).not.toEqual([]);
  });

  it("has a record of every mutation of GraphQL that is refused or done", async () => {
    const request = unique("req-");
    const query = `mutation { createBot(name: "By GraphQL") { success bot { id } } clearCache { success } }`;
    const owner = await aUser();
    const { json } = await owner.api.send("POST /graphql", { body: { query }, headers: { "x-request-id": request } });
    const records = await recordsOf(request);
    expect(records.map(({ action, outcome }) => `${action} ${outcome}`).sort()).toEqual([
      "clearCache refused",
      "createBot done",
    ]);
    const id = (json as Json).data.createBot.bot.id;
    expect(records.find(({ action }) => action === "createBot")!.target).toMatchObject({ type: "bot", id });
  });

  it("records that a stranger tried to change a bot which it may not see", async () => {
    const [owner, stranger] = [await aUser(), await aUser()];
    const target = await aTarget(owner, "bot");
    for (const line of ["DELETE /api/my-bots/{bot_id}", "POST /api/bot/{bot_id}/restart"]) {
      const { status, records } = await perform(stranger.api, line, target, unique("req-"));
      expect(status).toBe(404);
      expect(records).toMatchObject([{ outcome: "refused", code: "NOT_FOUND", bot_id: target.bot.id }]);
    }
  });
});

describe("sent commands in the audit log", () => {
  it("are found by every filter that fits them, and by no other", async () => {
    const owner = await aUser();
    const { bot } = await aTarget(owner, "bot");
    const headers = { "x-request-id": unique("req-") };
    // PostgreSQL's clock stamps the command, and may differ a little from the clock of this process.
    const SKEW_MS = 2_000;
    const before = new Date(Date.now() - SKEW_MS).toISOString();
    const sent = await owner.api.send("POST /api/commands", { body: { bot_id: bot.id, type: "filtered" }, headers });
    const { id } = sent.json.command;
    const after = new Date(Date.now() + SKEW_MS).toISOString();
    const found = async (query: Record<string, string>) => {
      const { json } = await owner.api.send("GET /api/audit", { query: { bot_id: bot.id, ...query } });
      return json.entries.some((entry: AuditEntry) => entry.target?.id === id);
    };
    for (const query of [
      ...[{ since: before }, { until: after }, { since: before, until: after }, { outcome: "done" }, { by: "person" }],
      ...[{ q: "FILTERED" }, { q: owner.username }, { target_id: id }, { user_id: String(owner.id), since: before }],
      { request_id: headers["x-request-id"], action: "sendCommand" },
    ] as Record<string, string>[])
      expect([query, await found(query)]).toEqual([query, true]);
    for (const query of [
      ...[{ until: before }, { since: "2099-01-01T00:00:00Z" }, { outcome: "refused" }, { by: "plugin" }],
      ...[{ q: "somethingelse" }, { target_id: "cmd_x" }, { action: "createBot" }, { request_id: "other" }],
    ] as Record<string, string>[])
      expect([query, await found(query)]).toEqual([query, false]);
  });

  it("are in the export as the list shows them, whatever its filters", async () => {
    const owner = await aUser();
    const { bot } = await aTarget(owner, "bot");
    for (let n = 0; n < 3; n++)
      await owner.api.send("POST /api/commands", { body: { bot_id: bot.id, type: `exported${n}` } });
    await owner.api.send("PUT /api/my-bots/{bot_id}", { params: { bot_id: bot.id }, body: { name: "Renamed" } });
    for (const filter of [{ bot_id: bot.id }, { action: "sendCommand" }, { q: "exported" }, { by: "person" }] as Record<
      string,
      string
    >[]) {
      const listed = await owner.api.send("GET /api/audit", { query: filter });
      const exported = await owner.api.send("GET /api/export/audit", { query: filter });
      const keys = ({ entries }: Json) => entries.map(({ id, action }: AuditEntry) => `${action} ${id}`);
      expect(keys(exported.json)).toEqual(keys(listed.json));
      expect(keys(exported.json).filter((key: string) => key.startsWith("sendCommand")).length).toBeGreaterThan(2);
      const { text } = await owner.api.send("GET /api/export/audit", { query: { ...filter, format: "csv", limit: 2 } });
      expect(text.trim().split("\n")).toHaveLength(3);
    }
  });

  it("are listed once each, with the key and the address that sent them, page by page", async () => {
    const owner = await aUser();
    const key = await anApiKey(owner, "operate");
    const { bot } = await aTarget(owner, "bot");
    const headers = { "x-request-id": unique("req-") };
    await key.api.send("POST /api/commands", { body: { bot_id: bot.id, type: "second" }, headers });
    await owner.api.send("PUT /api/my-bots/{bot_id}", { params: { bot_id: bot.id }, body: { name: "Renamed" } });
    const seen: AuditEntry[] = [];
    let cursor: string | undefined;
    do {
      const query = { bot_id: bot.id, limit: 1, ...(cursor && { cursor }) };
      const { json } = await owner.api.send("GET /api/audit", { query });
      seen.push(...json.entries);
      cursor = json.next_cursor ?? undefined;
    } while (cursor && seen.length < 20);
    const named = seen.map(({ action, target }) => `${action} ${target?.type === "command" ? target.name : ""}`.trim());
    expect(named.filter((name) => name !== "openTicket")).toEqual([
      "updateBot",
      "sendCommand second",
      "sendCommand ping",
      "createBot",
    ]);
    expect(seen.find(({ target }) => target?.name === "second")).toMatchObject({
      by: { kind: "key", id: String(owner.id), name: owner.username, key_id: key.id },
      request_id: headers["x-request-id"],
    });
    expect(seen.every(({ action, from }) => action === "openTicket" || from.address)).toBe(true);
    expect(seen.find(({ action }) => action === "updateBot")).toMatchObject({
      before: { name: "Greeter" },
      after: { name: "Renamed" },
    });
    const own = await owner.api.send("GET /api/audit", { query: { action: "sendCommand" } });
    expect(own.json.entries).toHaveLength(2);
  });

  it("show the acts of a bot to those who manage it, and no acts of others to anybody but admins", async () => {
    const [owner, stranger, moderator] = [await aUser(), await aUser(), await aUser("moderator")];
    const { bot } = await aTarget(owner, "bot");
    await stranger.api.refused("GET /api/audit", "NOT_FOUND", { query: { bot_id: bot.id } });
    await moderator.api.refused("GET /api/audit", "FORBIDDEN", { query: { bot_id: bot.id } });
    await stranger.api.refused("GET /api/audit", "FORBIDDEN", { query: { user_id: owner.id } });
    const { json } = await stranger.api.send("GET /api/audit");
    expect(
      json.entries.every(
        ({ by, target }: AuditEntry) => by.id === String(stranger.id) || target?.id === String(stranger.id),
      ),
    ).toBe(true);
  });
});
