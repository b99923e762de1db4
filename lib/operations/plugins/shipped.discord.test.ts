/** The plugin discord_webhook in its real process; Discord is a local server that answers as it does. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { admin } from "@/tests/db/plugins";
import { shippedPlugins } from "@/tests/db/plugins.shipped";
import { eventually } from "@/tests/eventually";
import { discordWebhook } from "@/tests/standins/discord-webhook";

const shipped = shippedPlugins();

describe("discord_webhook", () => {
  let discord: Awaited<ReturnType<typeof discordWebhook>>;
  beforeEach(async () => {
    discord = await discordWebhook();
  });
  afterEach(() => discord.close());
  const settled = (type: string, over: Record<string, unknown> = {}) =>
    shipped.service.tell(
      "command_settled",
      () =>
        ({ command: { type, bot_id: "b", status: "failed", reason: null, result: { error: "no" }, ...over } }) as never,
    );
  const status = (word: string) =>
    shipped.service.tell("bot_status", () => ({ bot: { id: "b", name: "Greeter", status: word }, data: {} }) as never);
  const titles = () => discord.embeds().map((embed) => embed.title);
  const posted = (count: number) => eventually(() => expect(titles()).toHaveLength(count));

  it("posts what it was told to, together what comes together, and nobody is pinged", async () => {
    await shipped.enable("discord_webhook", { webhook_url: discord.url, error_logs: true });
    // The first has to wait, and what is told meanwhile goes with it.
    discord.limit(1, 1);
    for (const word of ["online", "online", "offline", "offline", "online"]) status(word);
    settled("ping");
    settled("fine", { status: "completed" });
    settled("not wanted", { reason: "cancelled" });
    shipped.service.tell(
      "log",
      () =>
        ({ log: { bot_id: "b", type: "error", message: "@everyone", timestamp: new Date().toISOString() } }) as never,
      "error",
    );
    shipped.service.tell("ticket_opened", () => ({ ticket: { ticket_num: 5, type: "Bug", subject: "Lost" } }) as never);
    await posted(5);
    expect(titles()).toEqual([
      "Greeter is offline",
      "Greeter is back",
      "Command ping failed",
      "Error of b",
      "Ticket #5 opened",
    ]);
    for (const post of discord.posts)
      expect(post).toMatchObject({ username: "Muster", allowed_mentions: { parse: [] } });
    expect(discord.requests()).toBeLessThan(5);
  });

  it("waits as long as Discord says, bears its failures, and loses nothing", async () => {
    await shipped.enable("discord_webhook", { webhook_url: discord.url });
    discord.limit(2, 0.2);
    settled("one");
    await posted(1);
    expect(discord.requests()).toBe(3);
    discord.breakDown(1);
    settled("two");
    await posted(2);
    expect(await shipped.linesOf("discord_webhook")).toMatch(/warning: Discord asks to wait 0\.3 s/);
  });

  it("keeps to the size of a request", async () => {
    await shipped.enable("discord_webhook", { webhook_url: discord.url });
    for (let at = 0; at < 14; at++) settled(`c${at}`, { result: { error: "x".repeat(3000) } });
    await posted(14);
    expect(titles()).toEqual(Array.from({ length: 14 }, (_, at) => `Command c${at} failed`));
  });

  it("says what is wrong with its address, and shows it to nobody", async () => {
    await expect(shipped.enable("discord_webhook", { webhook_url: "https://example.org/hook" })).rejects.toMatchObject({
      code: "CONFLICT",
      message: expect.stringMatching(/no webhook of Discord/),
    });
    await shipped.enable("discord_webhook", { webhook_url: `${discord.url}-another` });
    settled("ping");
    await eventually(async () =>
      expect(await shipped.linesOf("discord_webhook")).toMatch(
        /error: Discord refused 1 posts with 404: .*Unknown Webhook/,
      ),
    );
    expect(await shipped.linesOf("discord_webhook")).not.toContain("token-of-the-tests");
    expect(JSON.stringify(await shipped.service.get(admin, "discord_webhook"))).not.toContain("token-of-the-tests");
  });
});
