/** Bots that join without a credential, and bots that run twice. */
import { io, type Socket } from "socket.io-client";
import { apiOf, fresh, makeBot, makeUser, signIn } from "./api";
import { ADMIN } from "./people";
import { expect, statusOf, test } from "./test";

/** A bot introduces itself over HTTP, as a script without any credential would. */
async function aStranger(url: string, name: string) {
  const { bot, token, claim_code } = await apiOf(url).post("/api/bots/register", { bot_id: fresh("wild"), name });
  return { id: bot.id as string, code: claim_code as string, api: apiOf(url, token) };
}

test("an unknown bot asks to join; adopted it works, refused it is deleted", async ({ windowOf, url }) => {
  const name = fresh("Stray");
  const [kept, sent] = [await aStranger(url, name), await aStranger(url, `${name} the other`)];
  const admin = await windowOf(ADMIN);
  await admin.setViewportSize({ width: 390, height: 844 });
  await admin.goto("/dashboard/bots");
  const waiting = admin.getByRole("table", { name: "Join requests", exact: true });
  const row = waiting.getByRole("row").filter({ hasText: kept.code });
  await expect(row).toContainText(name);
  await expect(row).toContainText("127.0.0.1");

  // Until it is adopted it may only poll and report its status.
  expect(await kept.api.status(`/api/bot/${kept.id}/commands`)).toBe(200);
  expect(await kept.api.status(`/api/bot/${kept.id}/logs`, "POST", { message: "hello" })).toBe(403);

  // Both buttons fit on a phone.
  const adopt = row.getByRole("button", { name: "Adopt", exact: true });
  for (const button of [adopt, row.getByRole("button", { name: "Reject", exact: true })]) {
    const box = (await button.boundingBox())!;
    expect(box.x).toBeGreaterThanOrEqual(0);
    expect(box.x + box.width).toBeLessThanOrEqual(390);
  }
  await adopt.click();
  await expect(admin.getByText(`You now own ${name}.`)).toBeVisible();
  await expect(row).toHaveCount(0);
  // A long list renders only the visible rows.
  await admin.getByRole("searchbox", { name: "Search bots by name or ID", exact: true }).fill(kept.id);
  await expect(admin.locator(`[data-bot="${kept.id}"]`)).toContainText(name);
  await kept.api.post(`/api/bot/${kept.id}/logs`, { message: "at work" });
  const operator = await signIn(url, ADMIN);
  const { command } = await operator.post(`/api/bot/${kept.id}/send-command`, { type: "ping" });
  expect((await kept.api.get(`/api/bot/${kept.id}/commands`)).commands).toMatchObject([{ id: command.id }]);
  await kept.api.post(`/api/commands/${command.id}/ack`, { result: { pong: true } });

  const other = waiting.getByRole("row").filter({ hasText: sent.code });
  await other.getByRole("button", { name: "Reject", exact: true }).click();
  await admin
    .getByRole("dialog", { name: `Reject ${name} the other`, exact: true })
    .getByRole("button", { name: "Reject bot", exact: true })
    .click();
  await expect(other).toHaveCount(0);
  expect(await sent.api.status(`/api/bot/${sent.id}/commands`)).toBe(401);
});

test("a person with the bot's code adopts it, and a wrong code is explained", async ({ home, user, url, watch }) => {
  watch.allow(/status of 404/);
  const bot = await aStranger(url, fresh("Lost"));
  await home.goto("/dashboard/bots");
  // Only admins see unclaimed bots.
  await expect(home.getByRole("main").getByText("No bots yet")).toBeVisible();
  await expect(home.getByText("Join requests")).toHaveCount(0);
  await home.getByRole("button", { name: "Adopt bot with code", exact: true }).click();
  const dialog = home.getByRole("dialog", { name: "Adopt a bot", exact: true });
  await dialog.getByLabel("Claim code", { exact: true }).fill("AAAA-AAAA");
  await dialog.getByRole("button", { name: "Adopt bot", exact: true }).click();
  await expect(dialog.getByText("No bot is waiting with this claim code")).toBeVisible();
  await dialog.getByLabel("Claim code", { exact: true }).fill(bot.code.toLowerCase());
  await dialog.getByRole("button", { name: "Adopt bot", exact: true }).click();
  await expect(home).toHaveURL(`/dashboard/bots/${bot.id}`);
  expect((await user.api.get("/api/my-bots")).bots).toMatchObject([{ id: bot.id }]);
});

/** A program that runs as the bot and names itself. It records the error of a refusal. */
async function aProgram(url: string, token: string, instance: string) {
  const socket: Socket = io(url, {
    auth: { token, instance, version: `1.0-${instance}` },
    transports: ["websocket"],
    forceNew: true,
    reconnection: false,
  });
  const refusals: { code?: string }[] = [];
  socket.on("error", (refusal) => refusals.push(refusal));
  socket.on("connect_error", (error: Error & { data?: { code: string } }) => refusals.push({ code: error.data?.code }));
  const ready = new Promise<void>((resolve) => socket.once("connection_established", () => resolve()));
  return { socket, refusals, ready };
}

test("two programs with one token raise the alarm; keeping one refuses the other", async ({ url, windowOf }) => {
  const owner = await makeUser(url);
  const bot = await makeBot(owner.api, "Twin");
  const page = await windowOf(owner);
  const blue = await aProgram(url, bot.token, "blue");
  await blue.ready;
  await page.goto(`/dashboard/bots/${bot.id}`);
  await expect(statusOf(page, "online")).toBeVisible();
  const alarm = page.getByRole("alert", { name: "Several instances", exact: true });
  await expect(alarm).toHaveCount(0);

  const green = await aProgram(url, bot.token, "green");
  await green.ready;
  await expect(alarm).toContainText("2 programs use this bot's token");
  await alarm.getByRole("button").click();
  const programs = page.getByRole("dialog", { name: "2 programs use this bot's token", exact: true });
  await expect(programs.getByRole("row").filter({ hasText: "green" })).toContainText("newest");
  await programs
    .getByRole("row")
    .filter({ hasText: "blue" })
    .getByRole("button", { name: "Keep this one", exact: true })
    .click();
  const asked = page.getByRole("dialog", { name: /^Keep the instance at/ });
  await expect(asked).toContainText("disconnected immediately and rejected for one hour");
  await asked.getByRole("button", { name: "Keep this one", exact: true }).click();

  await expect.poll(() => green.refusals).toMatchObject([{ code: "SUPERSEDED" }]);
  await expect.poll(() => green.socket.connected).toBe(false);
  await expect(alarm).toHaveCount(0);
  // It tries again and is refused again. The kept instance continues.
  green.socket.connect();
  await expect.poll(() => green.refusals).toHaveLength(2);
  expect(green.refusals[1]).toMatchObject({ code: "SUPERSEDED" });
  const got = new Promise((resolve) => blue.socket.once("new_command", resolve));
  const { command } = await owner.api.post(`/api/bot/${bot.id}/send-command`, { type: "ping" });
  expect(await got).toMatchObject({ id: command.id });
  expect(blue.refusals).toEqual([]);
  for (const one of [blue, green]) one.socket.close();
});
