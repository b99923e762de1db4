/** Checks every page in light and dark for serious findings of axe, layout shifts, and script size. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "@playwright/test";
import type { AxeResults } from "axe-core";
import { type Bot, signIn } from "./api";
import { makeFleet, makeStatusPage } from "./fleet";
import { ADMIN } from "./people";
import { expect, test } from "./test";

/** The first-load JavaScript of a page in kB, compressed with gzip. What a page does not need at first comes later. */
const JS_MAX_KB = 195;
const CLS_MAX = 0.1;

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/**
 * Returns serious and critical findings, one line each. The debugger runs the script, so that the content policy stays
 * unchanged. Checks all rules unless `rules` names some.
 */
async function findings(page: Page, rules?: string[]): Promise<string[]> {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(
    (runOnly) =>
      (window as unknown as { axe: { run(options: unknown): Promise<AxeResults> } }).axe.run({
        resultTypes: ["violations"],
        ...(runOnly && { runOnly }),
      }),
    rules,
  );
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) =>
      nodes.map(
        (node) => `${new URL(page.url()).pathname} ${id}: ${node.html.slice(0, 160)} ${node.any[0]?.message ?? ""}`,
      ),
    );
}

type Measure = { layoutShift: number; scriptBytes: number };

const SCRIPT = /<script[^>]*? src="(\/_next\/static\/[^"]+\.js)[^"]*"[^>]*>/g;
const gzipped = new Map<string, number>();

/**
 * The bytes of the scripts that the server's HTML names, as a browser that knows gzip gets them. Scripts that are fetched
 * later, such as the toaster's with a first toast, do not belong to a page.
 */
async function scriptBytes(page: Page): Promise<number> {
  const { request } = page.context();
  const html = await (await request.get(page.url())).text();
  const named = [...html.matchAll(SCRIPT)].filter(([tag]) => !/nomodule/i.test(tag)).map(([, src]) => src!);
  let sum = 0;
  for (const src of new Set(named)) {
    if (!gzipped.has(src)) {
      const { headers } = await fetch(new URL(src, page.url()), { headers: { "accept-encoding": "gzip" } });
      gzipped.set(src, Number(headers.get("content-length")));
    }
    sum += gzipped.get(src)!;
  }
  // Without it, a change of the markup would pass every page.
  expect(sum).toBeGreaterThan(100_000);
  return sum;
}

/** Measures layout shift without user input, and the bytes of the page's scripts. */
async function measure(page: Page): Promise<Measure> {
  const layoutShift = await page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        let layoutShift = 0;
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[])
            if (!entry.hadRecentInput) layoutShift += entry.value;
        }).observe({ type: "layout-shift", buffered: true });
        // The observer gets buffered entries after this task.
        setTimeout(() => resolve(layoutShift), 0);
      }),
  );
  return { layoutShift, scriptBytes: await scriptBytes(page) };
}

const OUTSIDE = [
  ...["/login", "/account-deleted", "/signup", "/forgot", "/reset?token=x", "/setup?token=x"],
  ...["/confirm-email?token=x", "/not-me?token=x"],
];
const inside = (bot: Bot) => [
  "/dashboard",
  "/dashboard/bots",
  "/dashboard/bots?new=1",
  "/dashboard/bots?as=tiles",
  ...["overview", "logs", "commands", "messages", "data", "settings", "activity", "sharing", "token", "danger"].map(
    (tab) => `/dashboard/bots/${bot.id}?tab=${tab}`,
  ),
  "/dashboard/commands",
  "/dashboard/logs",
  "/dashboard/messages",
  "/dashboard/alerts?tab=maintenance",
  "/dashboard/alerts?tab=maintenance&new=true",
  "/dashboard/status-pages",
  "/dashboard/status-pages?new=true",
  "/dashboard/webhooks/incoming",
  "/dashboard/webhooks/incoming?new=true",
  "/dashboard/schedules",
  "/dashboard/schedules?new=1",
  "/dashboard/teams",
  "/account",
  "/docs",
  "/docs/commands",
  "/docs/search?q=lease",
  "/docs/api",
  "/docs/api/commands",
  "/docs/api/commands/post-api-bot-bot-id-send-command",
];
const ADMINISTRATION = [
  "/dashboard/analytics",
  "/dashboard/inbox",
  "/admin",
  "/admin/bots",
  "/admin/config",
  "/admin/plugins",
  "/admin/plugins/auto_reply",
  "/admin/broadcast",
  "/admin/system",
  "/admin/audit",
];

async function look(page: Page, paths: string[]): Promise<void> {
  const bad: string[] = [];
  const sizes: string[] = [];
  for (const path of paths) {
    await page.emulateMedia({ colorScheme: "light" });
    await page.goto(path);
    await expect(page.getByRole("heading", { level: 1 }).or(page.getByRole("dialog")).first()).toBeVisible();
    await page.waitForLoadState("networkidle");
    const { layoutShift, scriptBytes: bytes } = await measure(page);
    const kb = bytes / 1000;
    sizes.push(
      `${new URL(page.url()).pathname}${new URL(page.url()).search}  ${kb.toFixed(0)} kB  CLS ${layoutShift.toFixed(3)}`,
    );
    if (kb > JS_MAX_KB) bad.push(`${path} loads ${kb.toFixed(0)} kB of script`);
    if (layoutShift > CLS_MAX) bad.push(`${path} shifts its layout by ${layoutShift.toFixed(3)}`);
    bad.push(...(await findings(page)).map((line) => `light ${line}`));
    await page.emulateMedia({ colorScheme: "dark" });
    await expect(page.locator("html")).toHaveClass(/dark/);
    // Render hidden rows too, because they keep the colours of the other theme until they are drawn.
    await page.addStyleTag({ content: "* { content-visibility: visible !important }" });
    bad.push(...(await findings(page, ["color-contrast"])).map((line) => `dark ${line}`));
  }
  test.info().annotations.push(...sizes.map((description) => ({ type: "size", description })));
  if (process.env.SIZES) console.log(sizes.join("\n"));
  // The first line of a failure is what a report keeps of it.
  expect(bad, bad.join("; ")).toEqual([]);
}

// A test looks at up to thirty pages, each in both themes; on a busy machine one takes ten seconds.
test.setTimeout(900_000);

test("pages outside the console", async ({ page }) => {
  await look(page, OUTSIDE);
});

test("pages of the console, with a fleet at work", async ({ home, user }) => {
  const fleet = await makeFleet(user.api, 60);
  // Keep the bots online: a bot that goes offline during the measurement shifts the layout for a good reason.
  await expect.poll(async () => (await user.api.get("/api/stats/overview")).online_bots).toBe(0);
  const { team } = await user.api.post("/api/teams", { name: "Night shift" });
  const bot = fleet.get("Music Box")!;
  const status = await makeStatusPage(user.api, [bot.id], `guild-${team.id}`);
  await look(home, [...inside(bot), `/dashboard/teams/${team.id}`, `/status/${status.slug}`]);
});

test("pages of the console, with nothing in them", async ({ home }) => {
  const names = ["bots", "commands", "logs", "messages", "teams"];
  await look(home, ["/dashboard", ...names.map((name) => `/dashboard/${name}`)]);
});

test("pages of the administration", async ({ windowOf, url }) => {
  await makeFleet(await signIn(url, ADMIN), 5);
  await look(await windowOf(ADMIN), ADMINISTRATION);
});

test("pages of the tickets, empty and with talk in them", async ({ home, user, url, windowOf }) => {
  await look(home, ["/dashboard/tickets"]);
  const admin = await signIn(url, ADMIN);
  const { ticket_id } = await user.api.post("/api/tickets", {
    type: "Support",
    subject: "It does not move",
    description: "It says “on its way” since Tuesday.",
  });
  await admin.post(`/api/tickets/${ticket_id}/messages`, { content: "Looking into it: https://example.org/orders" });
  await admin.post(`/api/tickets/${ticket_id}/messages`, { content: "Be quick.", is_note: true });
  const open = `/dashboard/tickets?ticket=${ticket_id}`;
  await look(home, ["/dashboard/tickets", open]);
  await look(await windowOf(ADMIN), ["/dashboard/tickets", open]);
});
