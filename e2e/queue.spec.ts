import { io, type Socket } from "socket.io-client";
import { type Api, apiOf, type Bot, fresh, makeBot } from "./api";
import { expect, stepOf, test, typeJson } from "./test";

/** A bot connected by Socket.IO that completes its commands, unless asked to hold them. */
async function connectBot(url: string, bot: Bot, hold = false): Promise<{ socket: Socket; got: { id: string }[] }> {
  const socket = io(url, { auth: { token: bot.token }, transports: ["websocket"], forceNew: true });
  const got: { id: string }[] = [];
  socket.on("new_command", (command: { id: string }, confirm?: () => void) => {
    got.push(command);
    confirm?.();
    if (!hold) socket.emit("ack", { command_id: command.id, status: "completed", result: { ok: true } });
  });
  await new Promise((resolve) => socket.once("connection_established", resolve));
  return { socket, got };
}

const newest = async (api: Api, bot: Bot) => (await api.get(`/api/bot/${bot.id}/commands-history?limit=1`)).commands[0];

test("a form made of the bot's manifest sends a command; what is destructive is asked about", async ({
  home,
  user,
  url,
}) => {
  const bot = await makeBot(user.api, "Gardener");
  // The form refuses placeholders of the sample that were not replaced.
  await home.goto(`/dashboard/bots/${bot.id}`);
  await home.getByRole("button", { name: "send_message", exact: true }).click();
  await home.getByRole("button", { name: "Send to Gardener", exact: true }).click();
  await expect(home.getByText("Fill in thread_id, message.")).toBeVisible();

  await apiOf(url, bot.token).put(`/api/bot/${bot.id}/manifest`, {
    commands: [
      {
        name: "water",
        description: "Waters a bed of the garden.",
        idempotent: true,
        timeout_s: 30,
        params: {
          type: "object",
          required: ["bed", "litres"],
          properties: {
            bed: { enum: ["roses", "beans"], title: "Which bed" },
            litres: { type: "number", minimum: 0.5, maximum: 20 },
            gently: { type: "boolean" },
            tags: { type: "array", items: { type: "string" } },
            at: { type: "object", properties: { gate: { type: "string" } } },
          },
        },
      },
      { name: "uproot", description: "Clears everything.", danger: "destructive" },
    ],
  });
  const { socket, got } = await connectBot(url, bot, true);
  await home.goto(`/dashboard/bots/${bot.id}`);

  // The form shows errors of the schema beside the field.
  await home.getByRole("button", { name: "water", exact: true }).click();
  await expect(home.getByText("Waters a bed of the garden.")).toBeVisible();
  await home.getByRole("button", { name: "Send to Gardener", exact: true }).click();
  await expect(home.getByText("This is required.")).toHaveCount(2);
  await home.getByLabel("Which bed", { exact: true }).selectOption("beans");
  await expect(home.getByText("This is required.")).toHaveCount(1);
  await home.getByLabel("litres", { exact: true }).fill("50");
  await home.getByRole("button", { name: "Send to Gardener", exact: true }).click();
  await expect(home.getByText(/50 is greater than/)).toBeVisible();
  expect(got).toEqual([]);

  // JSON and form are two views of one payload.
  await home.getByLabel("litres", { exact: true }).fill("1.5");
  await home.getByRole("checkbox", { name: "gently", exact: true }).click();
  await home.getByLabel("tags", { exact: true }).fill("slow\nevening");
  await home.getByLabel("gate", { exact: true }).fill("north");
  await home.getByRole("button", { name: "JSON", exact: true }).click();
  await typeJson(home, "Payload (JSON object)", {
    bed: "beans",
    litres: 2,
    gently: true,
    tags: ["slow"],
    at: { gate: "north" },
  });
  await home.getByRole("button", { name: "Form", exact: true }).click();
  await expect(home.getByLabel("litres", { exact: true })).toHaveValue("2");
  await home.getByText("Delivery options").click();
  await home.getByLabel("Priority", { exact: true }).fill("7");
  await home.getByRole("button", { name: "Send to Gardener", exact: true }).click();
  const sent = home.getByRole("article", { name: "Command water", exact: true });
  await expect(stepOf(sent)).toHaveText("delivered");
  expect(await newest(user.api, bot)).toMatchObject({
    type: "water",
    priority: 7,
    payload: { bed: "beans", litres: 2, gently: true, tags: ["slow"], at: { gate: "north" } },
  });

  // Progress shows while the bot works; then its answer.
  await expect.poll(() => got).toHaveLength(1);
  const { id } = got[0]!;
  socket.emit("progress", { command_id: id, progress: 60, note: "3 of 5 rows" });
  await expect(sent.getByText("3 of 5 rows")).toBeVisible();
  socket.emit("ack", { command_id: id, status: "failed", result: { error: "the well is dry" } });
  await expect(sent.getByText("the well is dry")).toBeVisible();
  await sent.getByRole("button", { name: "Retry", exact: true }).click();
  await expect(home.getByRole("article", { name: "Command water", exact: true })).toHaveCount(2);
  await expect.poll(() => newest(user.api, bot)).toMatchObject({ retry_of: id });

  // A destructive command names the bot and asks first.
  await home.getByRole("button", { name: "uproot", exact: false }).click();
  await home.getByRole("button", { name: "Send to Gardener", exact: true }).click();
  const asked = home.getByRole("dialog", { name: "uproot on Gardener", exact: true });
  await expect(asked).toContainText("destructive");
  await asked.getByRole("button", { name: "Cancel", exact: true }).click();
  expect((await newest(user.api, bot)).type).toBe("water");
  await home.getByRole("button", { name: "Send to Gardener", exact: true }).click();
  await asked.getByRole("button", { name: "Send to Gardener", exact: true }).click();
  await expect(home.getByRole("article", { name: "Command uproot", exact: true })).toBeVisible();
  socket.close();
});

test("a bulk restart of ten bots with two offline shows who got it and who waits", async ({ home, user, url }) => {
  const stem = fresh("Herd");
  const bots = await Promise.all(Array.from({ length: 10 }, (_, at) => makeBot(user.api, `${stem} ${at}`)));
  const connected = await Promise.all(bots.slice(0, 8).map((bot) => connectBot(url, bot)));
  await home.goto("/dashboard/bots");
  await expect(home.getByText("10 bots, 2 offline")).toBeVisible();
  await home.getByRole("button", { name: "Select bots", exact: true }).click();
  await home.getByRole("button", { name: "Select all 10", exact: true }).click();
  await home.getByRole("button", { name: "Restart", exact: true }).click();
  const dialog = home.getByRole("dialog", { name: "Restart 10 bots", exact: true });
  await expect(dialog).toContainText("Asks all 10 bots to restart");
  await dialog.getByRole("button", { name: "Cancel", exact: true }).click();
  for (const { got: commands } of connected) expect(commands).toEqual([]);
  await home.getByRole("button", { name: "Restart", exact: true }).click();
  await dialog.getByRole("button", { name: "Restart 10 bots", exact: true }).click();
  await expect(dialog.getByRole("status")).toHaveText("8 delivered, 2 queued");
  const got = dialog.getByRole("region", { name: "Delivered", exact: true });
  const waits = dialog.getByRole("region", { name: "Queued", exact: true });
  for (const at of [0, 1, 2, 3, 4, 5, 6, 7]) await expect(got).toContainText(`${stem} ${at}`);
  for (const at of [8, 9]) await expect(waits).toContainText(`${stem} ${at}`);
  await expect(got.getByText("done", { exact: true })).toHaveCount(8);
  await expect(waits.getByText(/^queued: the bot has never connected/)).toHaveCount(2);
  for (const { got: commands } of connected) expect(commands).toHaveLength(1);

  // The held command finishes; the cancelled one is no longer shown as pending.
  connected.push(await connectBot(url, bots[8]!));
  await expect(got).toContainText(`${stem} 8`);
  await dialog.getByRole("button", { name: "Cancel queued (1)", exact: true }).click();
  await expect(dialog.getByRole("region", { name: "Not delivered", exact: true })).toContainText("cancelled");
  expect(await newest(user.api, bots[9]!)).toMatchObject({ status: "failed", reason: "cancelled" });
  await expect(dialog.getByRole("button", { name: /^Retry/ })).toHaveCount(0);
  await dialog.getByRole("button", { name: "Close", exact: true }).last().click();

  // A cancelled command has not failed: only the filter for cancelled commands lists it and sends it again.
  await home.goto("/dashboard/commands?status=failure");
  await expect(home.getByText("No commands match")).toBeVisible();
  await home.getByRole("combobox", { name: "Status", exact: true }).selectOption("cancelled");
  await expect(home.getByRole("row").filter({ hasText: `${stem} 9` })).toContainText("cancelled");
  await home.getByRole("button", { name: "Retry all cancelled", exact: true }).click();
  await home.getByRole("dialog").getByRole("button", { name: "Retry all cancelled", exact: true }).click();
  await expect(home.getByText("1 command was queued again")).toBeVisible();
  expect(await newest(user.api, bots[9]!)).toMatchObject({ status: "pending", type: "restart" });
  for (const { socket } of connected) socket.close();
});

test("a retry of thousands of commands shows how far it has come and stops on request", async ({ home, user }) => {
  const bot = await makeBot(user.api, fresh("Retried"));
  const { command } = await user.api.post(`/api/bot/${bot.id}/send-command`, { type: "ping" });
  await user.api.post(`/api/commands/${command.id}/cancel`, {});
  const asked: { cursor?: string }[] = [];
  let answer = () => {};
  await home.route("**/api/commands/retry-failed", async (route) => {
    asked.push(route.request().postDataJSON());
    // The second thousand waits until the reader has asked to stop.
    if (asked.length === 2) await new Promise<void>((resolve) => (answer = resolve));
    const results = Array.from({ length: 1_000 }, () => ({ bot_id: "bot_x", status: "queued" }));
    const rest = { left: 10_000 - 1_000 * asked.length, next_cursor: String(asked.length) };
    await route.fulfill({ json: { results, count: results.length, ...rest } });
  });
  await home.goto("/dashboard/commands?status=cancelled");
  await home.getByRole("button", { name: "Retry all cancelled", exact: true }).click();
  const dialog = home.getByRole("dialog");
  await dialog.getByRole("button", { name: "Retry all cancelled", exact: true }).click();
  await expect(dialog.getByRole("status")).toHaveText("Retried 1,000 of 10,000");
  await dialog.getByRole("button", { name: "Stop", exact: true }).click();
  await expect.poll(() => asked.length).toBe(2);
  answer();
  await expect(home.getByText("2,000 commands were queued again")).toBeVisible();
  await expect(home.getByText("Stopped with 8,000 left")).toBeVisible();
  expect(asked.map(({ cursor }) => cursor)).toEqual([undefined, "1"]);
});

test("a command goes to the bots that fit a filter, and each outcome can be singled out", async ({
  home,
  user,
  url,
}) => {
  const stem = fresh("Choir");
  const bots = await Promise.all(["A", "B", "C"].map((name) => makeBot(user.api, `${stem} ${name}`)));
  await makeBot(user.api, fresh("Other"));
  const { socket, got } = await connectBot(url, bots[0]!);
  await home.goto("/dashboard/commands");
  await home.getByRole("button", { name: "Send command", exact: true }).click();
  const dialog = home.getByRole("dialog", { name: "Send a command", exact: true });
  const matching = dialog.getByRole("status", { name: "Matching bots", exact: true });
  await expect(matching).toContainText("4 bots match");
  await dialog.getByLabel("Bots whose name or ID contains", { exact: true }).fill("nobody is called this");
  await expect(matching).toHaveText("No bots match");
  await expect(dialog.getByRole("button", { name: "No bots match", exact: true })).toBeDisabled();
  await dialog.getByLabel("Bots whose name or ID contains", { exact: true }).fill(stem);
  await expect(matching).toHaveText(`3 bots match: ${stem} A, ${stem} B and ${stem} C`);

  // A template keeps the command for the next time.
  await dialog.getByLabel("Command type", { exact: true }).fill("sing");
  await dialog.getByRole("button", { name: "Save as template", exact: true }).click();
  await dialog.getByLabel("Name of the template", { exact: true }).fill("Morning song");
  await dialog.getByRole("button", { name: "Save template", exact: true }).click();
  await dialog.getByLabel("Command type", { exact: true }).fill("");
  await dialog
    .getByRole("list", { name: "Templates", exact: true })
    .getByRole("button", { name: "Morning song", exact: true })
    .click();
  await expect(dialog.getByLabel("Command type", { exact: true })).toHaveValue("sing");

  await dialog.getByRole("button", { name: "Run on 3 bots", exact: true }).click();
  const result = home.getByRole("dialog", { name: "sing on 3 bots", exact: true });
  await expect(result.getByRole("status")).toHaveText("1 delivered, 2 queued");
  await expect.poll(() => got.length).toBe(1);
  await expect(result.getByRole("progressbar", { name: "Finished", exact: true })).toHaveJSProperty("max", 3);
  await result.getByRole("button", { name: "queued (2)", exact: true }).click();
  await expect(result.getByRole("listitem")).toHaveCount(2);
  await result.getByRole("button", { name: "All", exact: true }).click();
  await expect(result.getByRole("listitem")).toHaveCount(3);
  await result.getByRole("button", { name: "Cancel queued (2)", exact: true }).click();
  await expect(result.getByRole("button", { name: "cancelled (2)", exact: true })).toBeVisible();
  await expect(result.getByRole("button", { name: "Copy as curl", exact: true })).toBeVisible();
  socket.close();
});
