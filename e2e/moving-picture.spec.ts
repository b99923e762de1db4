/** The moving picture of the README: part of the picture book, saved beside its pictures as console.gif. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import sharp from "sharp";
import { type Api, signIn } from "./api";
import { makeFleet } from "./fleet";
import { giveHistory } from "./history";
import { ADMIN } from "./people";
import { PICTURES } from "./pictures";
import { expect, expectLive, statusOf, stepOf, test, typeJson } from "./test";

/** How long a picture is shown, in ms. */
const GLANCE = 700;
const LOOK = 1_800;
const COLOURS = 96;

/** Takes pictures of a page one after the other; `save` joins them. */
function film(page: Page) {
  const frames: { picture: Buffer; ms: number }[] = [];
  return {
    async take(ms: number) {
      frames.push({ picture: await page.screenshot(), ms });
    },
    async save(path: string) {
      const pictures = frames.map(({ picture }) => picture);
      const delay = frames.map(({ ms }) => ms);
      // Few colours and no dithering keep flat areas flat, which is what makes the file small.
      await sharp(pictures, { join: { animated: true } })
        .gif({ delay, loop: 0, dither: 0, colours: COLOURS })
        .toFile(path);
    },
  };
}

test("a bot in trouble is found, restarted and answers", async ({ windowOf, url, run }) => {
  const api: Api = await signIn(url, ADMIN);
  const fleet = await makeFleet(api, 40);
  const bot = fleet.get("Music Box")!;
  const page = await windowOf(ADMIN);
  await page.setViewportSize({ width: 1100, height: 700 });
  const { take, save } = film(page);
  await page.goto("/dashboard?from=now-1h&to=now");
  await giveHistory(page);
  await page.reload();
  await expectLive(page);
  await page.waitForLoadState("networkidle");
  await take(LOOK);

  await page.goto("/dashboard/bots");
  await expect(page.getByRole("link", { name: "Music Box", exact: true }).first()).toBeVisible();
  await expectLive(page);
  await take(LOOK);
  await page.getByRole("link", { name: "Music Box", exact: true }).first().click();
  await expect(statusOf(page, "error")).toBeVisible();
  await page.waitForLoadState("networkidle");
  await take(LOOK);

  await page.goto(`/dashboard/bots/${bot.id}?tab=logs`);
  await expect(page.getByRole("log").getByText("The gateway closed the connection").first()).toBeVisible();
  await take(LOOK);

  await page.goto(`/dashboard/bots/${bot.id}`);
  await page.getByRole("button", { name: "send_message", exact: true }).click();
  await typeJson(page, "Payload (JSON object)", { thread_id: "42", message: "Back in a minute" });
  await take(LOOK);
  await page.getByRole("button", { name: "Send to Music Box", exact: true }).click();
  const sent = page.getByRole("article", { name: "Command send_message", exact: true });
  await expect(sent).toBeVisible();
  await take(GLANCE);
  run(bot);
  await expect(stepOf(sent)).toHaveText("done");
  await take(LOOK);
  await page.goto(`/dashboard/bots/${bot.id}?tab=logs`);
  await expect(page.getByRole("log").getByText("Answered in thread 42")).toBeVisible();
  await take(LOOK);
  mkdirSync(PICTURES, { recursive: true });
  await save(join(PICTURES, "console.gif"));
});
