/**
 * Every field of every update is stored: it is sent with another value than it has, and read back. A field that the contract
 * takes and the store forgets would answer success and change nothing.
 */
import { afterAll, beforeAll, expect, it } from "vitest";
import { SECTIONS } from "@/lib/core/settings/contract";
import { Api, type Json } from "../api";
import { aBot, type TestUser } from "../factories";
import { type OperationDocument, servedOperations } from "./operations";
import { type Definitions, otherValue } from "./samples";
import { prepareSubjects, type Subject } from "./subjects";

let admin: TestUser;
let subjects: Record<string, Subject>;
let operations: OperationDocument[];
let definitions: Definitions;

/** The time in so many hours. */
const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
/** A maintenance window has either a cron expression or a beginning and an end. */
const SINGLE = { cron: undefined, duration_minutes: undefined };
/** Fields whose values depend on more than their schema: the body to send. */
const BODIES: Record<string, () => Json | Promise<Json>> = {
  // An empty text clears the choice, and nothing was chosen.
  "POST /api/auth/update-profile clock": () => ({ clock: "12h" }),
  "PUT /api/alert-rules/{rule_id} metric": () => ({ metric: "error_logs", threshold: 5 }),
  "PUT /api/alert-rules/{rule_id} query": () => ({ metric: "log_match", query: "lost", threshold: 5 }),
  "PUT /api/alert-rules/{rule_id} recover_below": () => ({
    metric: "memory",
    scope: "all",
    threshold: 90,
    recover_below: 80,
  }),
  "PUT /api/alert-rules/{rule_id} bot_ids": async () => ({ scope: "selected", bot_ids: [(await aBot(admin)).id] }),
  "PUT /api/alert-rules/{rule_id} channels": async () => ({ channels: [await aChannel()] }),
  "PUT /api/alert-rules/{rule_id} escalation_channels": async () => ({
    ...{ escalate_after_m: 5, escalation_channels: [await aChannel()] },
  }),
  "PUT /api/bot/{bot_id}/manifest commands": () => ({ commands: [{ name: "sample", description: "Sample" }] }),
  "PUT /api/notifications/preferences security": () => ({ security: { web_push: false } }),
  "PUT /api/plugins/{name}/settings settings": () => ({ settings: { greeting: "Sample" } }),
  "PATCH /api/tickets/{ticket_id} type": () => ({ type: "Support" }),
  "PUT /api/tickets/{ticket_id} type": () => ({ type: "Bug" }),
  "PUT /api/tickets/{ticket_id} status": () => ({ status: "claimed" }),
  "PUT /api/schedules/{schedule_id} cron": () => ({ cron: "15 3 * * *" }),
  "PUT /api/schedules/{schedule_id} every_minutes": () => ({ every_minutes: 30, cron: undefined }),
  "PUT /api/schedules/{schedule_id} time_zone": () => ({ time_zone: "Asia/Tokyo" }),
  "PUT /api/schedules/{schedule_id} starts_at": () => ({
    ...{ every_minutes: 30, cron: undefined, starts_at: new Date(Date.now() + 3_600_000).toISOString() },
  }),
  "PUT /api/schedules/{schedule_id} bot_ids": async () => ({ bot_ids: [(await aBot(admin)).id], filter: undefined }),
  "PUT /api/schedules/{schedule_id} filter": () => ({ filter: { status: "offline" } }),
  "PUT /api/maintenance-windows/{window_id} cron": () => ({ cron: "15 3 * * *" }),
  "PUT /api/maintenance-windows/{window_id} time_zone": () => ({ time_zone: "Asia/Tokyo" }),
  "PUT /api/maintenance-windows/{window_id} bots": async () => ({ bots: [(await aBot(admin)).id] }),
  "PUT /api/maintenance-windows/{window_id} starts_at": () => ({
    ...SINGLE,
    starts_at: inHours(1),
    ends_at: inHours(2),
  }),
  "PUT /api/maintenance-windows/{window_id} ends_at": () => ({ ...SINGLE, starts_at: inHours(1), ends_at: inHours(3) }),
  "PUT /api/status-pages/{page_id} slug": () => ({ slug: "other" }),
  "PUT /api/status-pages/{page_id} components": () => ({ components: [{ name: "Night", tag: "night" }] }),
  "PUT /api/views/{view_id} filter": () => ({ filter: { platform: "discord" } }),
  "PUT /api/views/{view_id} team_id": async () => {
    const { json } = await admin.api.send("POST /api/teams", { body: { name: "Day shift" } });
    return { team_id: json.team.id };
  },
  "PATCH /api/webhooks/{webhook_id} bots": async () => ({ bots: [(await aBot(admin)).id] }),
  "PATCH /api/incoming-webhooks/{hook_id} action": async () => ({
    action: { kind: "log", bot_id: (await aBot(admin)).id, level: "warning", message: "Sample" },
  }),
  "PATCH /api/incoming-webhooks/{hook_id} only_when": () => ({ only_when: { field: "ref", equals: "main" } }),
  // The types that a ticket may have.
  "PUT /api/config/tickets categories": () => ({ categories: ["Bug", "Support"] }),
  "PATCH /api/config maxSplitSize": () => ({ maxSplitSize: "3 GB" }),
  "PUT /api/config/transfers maxSplitSize": () => ({ maxSplitSize: "4 GB" }),
};
/** Updates whose fields depend on one another: each request is a whole body with one field changed. */
const WHOLE = new Set(["PUT /api/schedules/{schedule_id}", "PUT /api/maintenance-windows/{window_id}"]);
/** Fields that an update takes and does not change, or that are read in another form. */
const SKIPPED = new Set([
  // Only an admin with a second factor may demand one; security-policy.test.ts.
  "PUT /api/config/security require_second_factor",
  "POST /api/auth/update-profile email",
  // A rule keeps its owner: another team is refused (alerts.teams.test.ts).
  "PUT /api/alert-rules/{rule_id} team_id",
  // Sealed, and in no reply.
  "PATCH /api/incoming-webhooks/{hook_id} secret",
  "PATCH /api/incoming-webhooks/{hook_id} source",
  // Sealed: replies name its host only.
  "PATCH /api/webhooks/{webhook_id} url",
  // Read as the whole path; PUT /api/config/transfers reads it as it was sent.
  "PATCH /api/config downloadDir",
]);

async function aChannel(): Promise<string> {
  const body = { kind: "webhook", name: "Sample", url: "https://pager.example.org/sample" };
  return (await admin.api.send("POST /api/alert-channels", { body })).json.channel.channel_id;
}

/** The value of a field, wherever the reply has it. */
function findField(reply: Json, name: string): unknown {
  const level = [reply];
  for (const value of level) {
    if (!value || typeof value !== "object") continue;
    if (Object.hasOwn(value, name)) return value[name];
    level.push(...Object.values(value));
  }
  return undefined;
}

/** Whether a stored value has all of what was sent; it may have more, such as defaults. */
function holds(stored: unknown, sent: unknown): boolean {
  if (!sent || typeof sent !== "object") return stored === sent;
  if (!stored || typeof stored !== "object") return false;
  if (Array.isArray(sent) && sent.length !== (stored as unknown[]).length) return false;
  return Object.entries(sent).every(([name, value]) => holds((stored as Record<string, unknown>)[name], value));
}

beforeAll(async () => {
  ({ admin, subjects } = await prepareSubjects());
  operations = (await servedOperations()).filter(({ line }) => subjects[line]);
  definitions = (await new Api().send("GET /api/openapi.json")).json.components.schemas;
});

afterAll(async () => {
  for (const name of Object.keys(SECTIONS))
    await admin.api.send("POST /api/config/{section}/reset", { params: { section: name } });
});

it("stores every field of every update", async () => {
  const problems: string[] = [];
  let tried = 0;
  for (const { line, body } of operations) {
    const { read, params, bodies } = subjects[line]!;
    const stored = async (name: string) => findField((await admin.api.send(read, { params })).json, name);
    const required = WHOLE.has(line)
      ? bodies[0]
      : Object.fromEntries((body.required ?? []).map((name: string) => [name, bodies[0][name]]));
    for (const [name, schema] of Object.entries<Json>(body.properties ?? {})) {
      const field = `${line} ${name}`;
      if (name === "version" || SKIPPED.has(field)) continue;
      const before = await stored(name);
      const change = (await BODIES[field]?.()) ?? { [name]: otherValue(schema, before, definitions) };
      const { status, text } = await admin.api.send(line, { params, body: { ...required, ...change } });
      tried++;
      const after = await stored(name);
      const values = `sent ${JSON.stringify(change[name])}, was ${JSON.stringify(before)}, is ${JSON.stringify(after)}`;
      if (status !== 200) problems.push(`${field}: ${status} ${text}`);
      else if (!holds(after, change[name]) || holds(before, change[name])) problems.push(`${field}: ${values}`);
    }
  }
  expect(problems).toEqual([]);
  expect(tried).toBeGreaterThan(80);
});
