/**
 * Screenshots: `SCREENSHOTS=1 npx playwright test` saves every page at three widths, light and dark, empty, full and broken,
 * to test-results/pictures (or the folder that SCREENSHOTS names). They are for people to look at and are not compared.
 */
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { type Api, makeBot, makeUser, signIn } from "./api";
import { makeFleet, makeStatusPage } from "./fleet";
import { giveHistory } from "./history";
import { ADMIN } from "./people";
import { PICTURES } from "./pictures";
import { test } from "./test";

const SIZES = [
  { width: 390, height: 844 },
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
];

type Ready = (page: Page) => Promise<unknown>;
const isIdle: Ready = (page) => page.waitForLoadState("networkidle");

async function draw(page: Page, set: string, pages: Record<string, string>, isReady = isIdle): Promise<void> {
  for (const [name, path] of Object.entries(pages)) {
    await page.goto(path);
    await isReady(page);
    for (const size of SIZES) {
      await page.setViewportSize(size);
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        // Wait two frames: sizes are observed in one and applied in the next.
        await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
        await page.screenshot({ path: join(PICTURES, `${set}-${name}-${size.width}-${colorScheme}.png`) });
      }
    }
  }
}

/** Creates three people with a ticket each, and returns the ticket with a conversation. */
async function makeTickets(url: string, staff: Api): Promise<string> {
  const open = async (stem: string, type: string, subject: string, description: string) => {
    const { api } = await makeUser(url, stem);
    return { api, id: (await api.post("/api/tickets", { type, subject, description })).ticket_id as string };
  };
  await open("dennis", "Bug", "The bot crashes on /play", "It restarts whenever a title is very long.");
  await open("barbara", "Application", "Moderator for the evenings", "I am around from 18 to 23 UTC most days.");
  const { api, id } = await open("margaret", "Support", "My order does not move", "“On its way” since Tuesday.");
  await staff.post(`/api/tickets/${id}/claim`);
  await staff.post(`/api/tickets/${id}/messages`, { content: "Hello! I am looking into it." });
  await staff.post(`/api/tickets/${id}/messages`, { content: "The label was lost. Be quick.", is_note: true });
  await api.post(`/api/tickets/${id}/messages`, { content: "Thank you! I am at home until six." });
  return id;
}

/** Creates a team with two more members and a bot, shares another bot with it and with a person, and returns its id. */
async function makeTeam(url: string, api: Api, botId: string): Promise<number> {
  const { team } = await api.post("/api/teams", { name: "Night shift" });
  for (const [stem, role] of [
    ["radia", "operator"],
    ["ken", "viewer"],
  ] as const) {
    const { username } = await makeUser(url, stem);
    await api.post(`/api/teams/${team.id}/members`, { username, role });
  }
  const { username } = await makeUser(url, "grace");
  const ends_at = new Date(Date.now() + 86_400_000).toISOString();
  await api.post(`/api/my-bots/${botId}/grants`, { username, role: "viewer", ends_at });
  await api.post(`/api/my-bots/${botId}/grants`, { team_id: team.id, role: "operator" });
  await api.post("/api/my-bots", { name: "Night Porter", metadata: { platform: "discord" }, team_id: team.id });
  return team.id;
}

test.setTimeout(600_000);

test("outside", async ({ page, watch }) => {
  watch.allow(/status of 404/);
  await draw(page, "outside", {
    login: "/login",
    signup: "/signup",
    forgot: "/forgot",
    setup: "/setup?token=x",
    missing: "/no/such/page",
  });
});

test("empty", async ({ home }) => {
  await draw(home, "empty", {
    overview: "/dashboard",
    bots: "/dashboard/bots",
    commands: "/dashboard/commands",
    logs: "/dashboard/logs",
    messages: "/dashboard/messages",
    tickets: "/dashboard/tickets",
    teams: "/dashboard/teams",
    webhooks: "/dashboard/webhooks",
    account: "/account",
  });
});

/** Refuses the requests of the browser, but not what the server renders. The status is one that the console does not ask again for. */
async function breakRequests(page: Page): Promise<void> {
  const body = { error: { code: "CONFLICT", message: "The database could not be reached" } };
  await page.route(/\/api\/(?!auth\/)/, (route) => route.fulfill({ status: 409, json: body }));
}
/** Waits until no placeholder is left. A page that still has one after ten seconds is drawn as it is, to be seen. */
const hasGivenUp: Ready = async (page) => {
  await page.waitForLoadState("load");
  await page
    .waitForFunction(() => !document.querySelector("main .animate-pulse"), null, {
      timeout: 10_000,
    })
    .catch(() => undefined);
};

test("broken", async ({ windowOf, url, watch }) => {
  watch.allow(/status of 409/);
  const api: Api = await signIn(url, ADMIN);
  const bot = await makeBot(api, "Music Box", { platform: "discord" });
  const page = await windowOf(ADMIN);
  await breakRequests(page);
  const at = `/dashboard/bots/${bot.id}`;
  const tabs = ["logs", "commands", "messages", "data", "settings", "activity", "sharing", "token"];
  await draw(
    page,
    "broken",
    {
      overview: "/dashboard",
      bots: "/dashboard/bots",
      bot: at,
      ...Object.fromEntries(tabs.map((tab) => [`bot-${tab}`, `${at}?tab=${tab}`])),
      commands: "/dashboard/commands",
      logs: "/dashboard/logs",
      messages: "/dashboard/messages",
      tickets: "/dashboard/tickets",
      alerts: "/dashboard/alerts",
      maintenance: "/dashboard/alerts?tab=maintenance",
      tasks: "/dashboard/tasks",
      schedules: "/dashboard/schedules",
      "status-pages": "/dashboard/status-pages",
      teams: "/dashboard/teams",
      webhooks: "/dashboard/webhooks",
      "incoming-webhooks": "/dashboard/webhooks/incoming",
      feeds: "/dashboard/feeds",
      inbox: "/dashboard/inbox",
      analytics: "/dashboard/analytics",
      account: "/account",
      users: "/admin",
      "all-bots": "/admin/bots",
      config: "/admin/config",
      plugins: "/admin/plugins",
      backups: "/admin/backups",
      broadcast: "/admin/broadcast",
      audit: "/admin/audit",
      system: "/admin/system",
    },
    hasGivenUp,
  );
});

test("full", async ({ windowOf, url, run }) => {
  const api: Api = await signIn(url, ADMIN);
  const fleet = await makeFleet(api, 40);
  run(fleet.get("Greeter")!);
  const page = await windowOf(ADMIN);
  const ticket = await makeTickets(url, api);
  const team = await makeTeam(url, api, fleet.get("Music Box")!.id);
  const { webhook } = await api.post("/api/webhooks", {
    ...{ name: "Deploys", url: "https://hooks.example.org/muster", kinds: ["command.failed", "alert.opened"] },
  });
  const view = await api.post("/api/views", { name: "Night shift", filter: { tag: "night" } });
  await api.post(`/api/views/${view.view.view_id}/pin`);
  const action = { kind: "log", bot_id: fleet.get("Music Box")!.id, message: "{{status}}: {{title}}" };
  const { hook } = await api.post("/api/incoming-webhooks", { name: "Grafana", action });
  const status = await makeStatusPage(
    api,
    ["Music Box", "Greeter", "Archivist"].map((name) => fleet.get(name)!.id),
  );
  const bot = `/dashboard/bots/${fleet.get("Music Box")!.id}`;
  await draw(page, "full", {
    overview: "/dashboard",
    bots: "/dashboard/bots",
    create: "/dashboard/bots?new=1",
    bot,
    ...Object.fromEntries(
      ["logs", "commands", "messages", "data", "settings", "activity", "sharing", "token", "danger"].map((tab) => [
        `bot-${tab}`,
        `${bot}?tab=${tab}`,
      ]),
    ),
    commands: "/dashboard/commands",
    logs: "/dashboard/logs",
    "logs-query": `/dashboard/logs?q=${encodeURIComponent('bot:"Music Box" level:error,warning -timeout')}`,
    "logs-wrong": `/dashboard/logs?q=${encodeURIComponent("level:error after:yesterday /(/")}`,
    messages: "/dashboard/messages",
    tickets: "/dashboard/tickets",
    ticket: `/dashboard/tickets?ticket=${ticket}`,
    teams: "/dashboard/teams",
    team: `/dashboard/teams/${team}`,
    webhooks: "/dashboard/webhooks",
    "webhook-form": "/dashboard/webhooks?new=true",
    webhook: `/dashboard/webhooks/${webhook.webhook_id}`,
    "incoming-webhooks": "/dashboard/webhooks/incoming",
    "incoming-webhook-form": "/dashboard/webhooks/incoming?new=true",
    "incoming-webhook": `/dashboard/webhooks/incoming/${hook.hook_id}`,
    "status-pages": "/dashboard/status-pages",
    "status-page-form": "/dashboard/status-pages?new=true",
    "status-page": `/dashboard/status-pages/${status.page_id}`,
    "status-report": status.path,
    account: "/account",
    users: "/admin",
    "all-bots": "/admin/bots",
    system: "/admin/system",
    audit: "/admin/audit",
    docs: "/docs",
    guide: "/docs/commands",
    reference: "/docs/api",
    "reference-group": "/docs/api/commands",
    "reference-operation": "/docs/api/commands/post-api-bot-bot-id-send-command",
  });
  await giveHistory(page);
  await draw(page, "history", {
    overview: "/dashboard?from=now-1h&to=now",
    bot: `${bot}?from=now-1h&to=now`,
  });
});

test("operations", async ({ windowOf, url }) => {
  const api: Api = await signIn(url, ADMIN);
  for (const [level, message] of [
    ["warning", "Disk of the recorder is three quarters full"],
    ["critical", "The music bot has been silent for ten minutes"],
  ])
    await api.post("/api/alerts", { level, message });
  await api.post("/api/download", { url: "https://files.example.org/talks/keynote.mkv" });
  await api.post("/api/backups", {});
  const page = await windowOf(ADMIN);
  await draw(page, "operations", {
    tasks: "/dashboard/tasks",
    alerts: "/dashboard/alerts",
    maintenance: "/dashboard/alerts?tab=maintenance",
    window: "/dashboard/alerts?tab=maintenance&new=true",
    schedules: "/dashboard/schedules",
    schedule: "/dashboard/schedules?new=restart",
    analytics: "/dashboard/analytics",
    feeds: "/dashboard/feeds",
    inbox: "/dashboard/inbox",
    graphql: "/dashboard/graphql",
    backups: "/admin/backups",
    config: "/admin/config",
    plugins: "/admin/plugins",
    plugin: "/admin/plugins/ticket_greeter",
    broadcast: "/admin/broadcast",
  });
});
