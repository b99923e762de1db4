/** Every update of the REST interface with something it can be tried on: where it is read, and bodies it takes. */
import { expect } from "vitest";
import type { Json } from "../api";
import { aBot, aUser, type TestBot, type TestUser, theAdmin, unique } from "../factories";

export type Subject = {
  /** Reads the object that the update changes. */
  read: string;
  /** Two bodies that differ from each other and from the stored value. */
  bodies: [Json, Json];
  params?: Record<string, string>;
};

let admin: TestUser;
let bot: TestBot;
const subjects: Record<string, Subject> = {};

const create = async (line: string, body: unknown): Promise<Json> => {
  const { status, json } = await admin.api.send(line, { body });
  expect(status).toBeLessThan(300);
  return json;
};

const rule = (threshold: number) => ({ name: "Gone", metric: "bot_offline", threshold, severity: "high" });
const nightly = (type: string) => ({ name: "Nightly", cron: "30 2 * * *", filter: {}, type });
const upgrade = (name: string) => ({ name, cron: "0 3 * * 0", duration_minutes: 60 });
const statusPage = (title: string) => ({ title, slug: title.toLowerCase() });
const savedView = (name: string, tag: string) => ({ name, filter: { tag } });
const canned = (title: string) => ({ shortcut: unique("c"), title, content: "Hello" });
const section = (name: string, bodies: [Json, Json]): [string, Subject] => [
  `PUT /api/config/${name}`,
  { read: `GET /api/config/${name}`, bodies },
];

async function addBotSubjects(): Promise<void> {
  bot = await aBot(admin);
  const params = { bot_id: bot.id };
  Object.assign(subjects, {
    "PUT /api/my-bots/{bot_id}": {
      ...{ read: "GET /api/my-bots/{bot_id}", params },
      bodies: [{ name: "First" }, { metadata: { second: true } }],
    },
    "PUT /api/bot/{bot_id}/settings": {
      ...{ read: "GET /api/bot/{bot_id}/settings", params },
      bodies: [{ version: 77, first: 1 }, { version: 78 }],
    },
    "PUT /api/bot/{bot_id}/manifest": {
      ...{ read: "GET /api/bot/{bot_id}/manifest", params },
      bodies: [{ commands: [{ name: "first" }] }, { commands: [{ name: "second" }] }],
    },
  });
}

async function addPeopleSubjects(): Promise<void> {
  const person = await aUser();
  const { team } = await create("POST /api/teams", { name: "Night shift" });
  Object.assign(subjects, {
    "PUT /api/teams/{team_id}": {
      ...{ read: "GET /api/teams/{team_id}", params: { team_id: String(team.id) } },
      bodies: [{ name: "First team" }, { name: "Second team" }],
    },
    "POST /api/auth/update-profile": {
      read: "GET /api/auth/me",
      bodies: [{ fullname: "First Name" }, { fullname: "Second Name" }],
    },
    "PATCH /api/users/{user_id}": {
      ...{ read: "GET /api/users/{user_id}", params: { user_id: String(person.id) } },
      bodies: [{ role: "moderator" }, { is_active: false }],
    },
    "PUT /api/notifications/preferences": {
      read: "GET /api/notifications/preferences",
      bodies: [{ ticket_reply: { email: true } }, { ticket_reply: { email: false } }],
    },
  });
}

async function addDeskSubjects(): Promise<void> {
  const { ticket_id } = await create("POST /api/tickets", {
    ...{ type: "Support", subject: "A question", description: "How does one ask a question?" },
  });
  const { reply } = await create("POST /api/canned-replies", canned("Zero"));
  const { rule: made } = await create("POST /api/alert-rules", rule(300));
  const { schedule } = await create("POST /api/schedules", nightly("ping"));
  const { window } = await create("POST /api/maintenance-windows", upgrade("Upgrade"));
  const { page } = await create("POST /api/status-pages", statusPage("Bots"));
  const { view } = await create("POST /api/views", savedView("Mine", "bots"));
  const { webhook } = await create("POST /api/webhooks", {
    ...{ name: "Deploys", url: "https://hooks.example.org/muster", kinds: ["command.failed"] },
  });
  const action = { kind: "command", bot_id: bot.id, type: "deploy" };
  const { hook } = await create("POST /api/incoming-webhooks", { name: "Deploys", action });
  const { channel } = await create("POST /api/alert-channels", {
    ...{ kind: "webhook", name: "Pager", url: "https://pager.example.org/alerts/secret-part" },
  });
  Object.assign(subjects, {
    "PATCH /api/tickets/{ticket_id}": {
      ...{ read: "GET /api/tickets/{ticket_id}", params: { ticket_id } },
      bodies: [{ priority: "high" }, { tags: ["second"] }],
    },
    "PUT /api/tickets/{ticket_id}": {
      ...{ read: "GET /api/tickets/{ticket_id}", params: { ticket_id } },
      bodies: [{ subject: "The first subject" }, { subject: "The second subject" }],
    },
    "PUT /api/canned-replies/{reply_id}": {
      ...{ read: "GET /api/canned-replies/{reply_id}", params: { reply_id: reply.reply_id } },
      bodies: [canned("First"), canned("Second")],
    },
    "PUT /api/alert-rules/{rule_id}": {
      ...{ read: "GET /api/alert-rules/{rule_id}", params: { rule_id: made.rule_id } },
      bodies: [rule(301), rule(302)],
    },
    "PUT /api/schedules/{schedule_id}": {
      ...{ read: "GET /api/schedules/{schedule_id}", params: { schedule_id: schedule.schedule_id } },
      bodies: [nightly("first"), nightly("second")],
    },
    "PUT /api/maintenance-windows/{window_id}": {
      ...{ read: "GET /api/maintenance-windows/{window_id}", params: { window_id: window.window_id } },
      bodies: [upgrade("First"), upgrade("Second")],
    },
    "PUT /api/status-pages/{page_id}": {
      ...{ read: "GET /api/status-pages/{page_id}", params: { page_id: page.page_id } },
      bodies: [statusPage("First"), statusPage("Second")],
    },
    "PUT /api/views/{view_id}": {
      ...{ read: "GET /api/views/{view_id}", params: { view_id: view.view_id } },
      bodies: [savedView("First", "first"), savedView("Second", "second")],
    },
    "PATCH /api/webhooks/{webhook_id}": {
      ...{ read: "GET /api/webhooks/{webhook_id}", params: { webhook_id: webhook.webhook_id } },
      bodies: [{ name: "First" }, { paused: true }],
    },
    "PATCH /api/incoming-webhooks/{hook_id}": {
      ...{ read: "GET /api/incoming-webhooks/{hook_id}", params: { hook_id: hook.hook_id } },
      bodies: [{ name: "First" }, { paused: true }],
    },
    "PATCH /api/alert-channels/{channel_id}": {
      ...{ read: "GET /api/alert-channels/{channel_id}", params: { channel_id: channel.channel_id } },
      bodies: [{ name: "First" }, { enabled: false }],
    },
  });
}

function addServerSubjects(): void {
  Object.assign(subjects, {
    "PUT /api/admin/retention": {
      read: "GET /api/admin/retention",
      bodies: [{ logs_days: 31 }, { messages_days: 91 }],
    },
    "PUT /api/analytics/settings": {
      read: "GET /api/analytics/settings",
      bodies: [{ keep_days: 201 }, { keep_days: 202 }],
    },
    "PUT /api/backups/schedule": {
      read: "GET /api/backups/schedule",
      bodies: [{ keep_count: 8 }, { keep_days: 31 }],
    },
    "PUT /api/plugins/{name}/settings": {
      ...{ read: "GET /api/plugins/{name}", params: { name: "ticket_greeter" } },
      bodies: [{ settings: { greeting: "First" } }, { settings: { greeting: "Second" } }],
    },
    "PATCH /api/config": {
      read: "GET /api/config",
      bodies: [{ autoDeleteDuration: 61 }, { autoDeleteDuration: 62 }],
    },
    ...Object.fromEntries([
      section("general", [{ bot_name: "First" }, { bot_name: "Second" }]),
      section("channels", [{ log_channel_id: "111111111" }, { log_channel_id: "222222222" }]),
      section("roles", [{ interest_role_ids: ["111111111"] }, { interest_role_ids: [] }]),
      section("meme", [{ default_subreddits: ["first"] }, { default_subreddits: ["second"] }]),
      section("rocket_league", [{ rank_check_interval_hours: 25 }, { rank_check_interval_hours: 26 }]),
      section("welcome", [{ welcome_messages: ["First"] }, { welcome_messages: ["Second"] }]),
      section("server_guide", [{ categories: [{ name: "First" }] }, { categories: [] }]),
      section("tickets", [{ max_open_per_user: 7 }, { max_open_per_user: 8 }]),
      section("transfers", [{ autoDeleteDuration: 63 }, { autoDeleteDuration: 64 }]),
      section("features", [{ phase3: false }, { phase3: true }]),
      section("welcome_texts", [{ welcome_button_replies: ["First"] }, { welcome_button_replies: ["Second"] }]),
      section("rocket_league_texts", [{ congrats_replies: ["First"] }, { congrats_replies: ["Second"] }]),
      section("xp", [{ activity_xp: { first: 1 } }, { activity_xp: { second: 2 } }]),
      section("daily_meme", [{ hour: 1 }, { hour: 2 }]),
      section("quotas", [{ webhooks: 21 }, { webhooks: 22 }]),
      section("security", [{ session_max_days: 29 }, { session_max_days: 28 }]),
    ]),
  });
}

/** Makes what the updates are tried on. `subjects` are by line, e.g. `PUT /api/my-bots/{bot_id}`. */
export async function prepareSubjects(): Promise<{
  admin: TestUser;
  bot: TestBot;
  subjects: Record<string, Subject>;
}> {
  admin = await theAdmin();
  await addBotSubjects();
  await addPeopleSubjects();
  await addDeskSubjects();
  addServerSubjects();
  return { admin, bot, subjects };
}
