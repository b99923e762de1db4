/** A command as one trace, from the request that sends it to its outcome, by both clients. */
import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MusterBot } from "@/clients/typescript/src/index";
import { databases, type TestDatabase } from "../db/databases";
import { eventually } from "../eventually";
import { aBot, type TestBot, type TestUser, theAdmin } from "../factories";
import { removeFolder, type ServerProcess, startServer, temporaryFolder } from "../process";
import { runPython } from "../python";
import { type OtlpSpan, otlpStandin } from "../standins/otlp";

const hex = (bytes: number) => randomBytes(bytes).toString("hex");
/** A span that the bot begins by itself: the ids of its parent's trace and its own. */
const BOT_SPAN = "00000000000000b0";
const childOf = (traceparent: string) => traceparent.replace(/-[\da-f]{16}-/, `-${BOT_SPAN}-`);

describe("traces of commands", () => {
  let receiver: Awaited<ReturnType<typeof otlpStandin>>;
  let database: TestDatabase;
  let server: ServerProcess;
  let admin: TestUser;
  const folder = temporaryFolder();

  beforeAll(async () => {
    receiver = await otlpStandin();
    database = await databases.at(-1)!.open();
    server = await startServer({
      ...{ DATA_DIR: folder, DATABASE_URL: database.url },
      ...{ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_METRICS_EXPORTER: "none", OTEL_LOGS_EXPORTER: "none" },
    });
    admin = await theAdmin(server.url);
  });
  afterAll(async () => {
    await server.stop();
    await receiver.close();
    await database.close();
    removeFolder(folder);
  });

  /** Sends a command as part of a caller's trace. Returns the ids of that trace and of the command. */
  async function send(bot: TestBot, caller = { trace: hex(16), span: hex(8), flags: "01" }) {
    const headers = { traceparent: `00-${caller.trace}-${caller.span}-${caller.flags}` };
    const params = { bot_id: bot.id };
    const { json } = await admin.api.send("POST /api/bot/{bot_id}/send-command", {
      ...{ params, headers, body: { type: "ping" } },
    });
    return { ...caller, id: json.command.id as string, traceparent: json.command.traceparent as string };
  }
  const spansOf = (trace: string, count: number): Promise<OtlpSpan[]> =>
    eventually(
      () => receiver.spans.filter(({ traceId }) => traceId === trace),
      (found) => found.length >= count,
    );
  const byName = (spans: OtlpSpan[]) => Object.fromEntries(spans.map((span) => [span.name, span]));

  it("has request, enqueue, push and ack, and the span of a bot on a socket", async () => {
    const bot = await aBot(admin);
    const client = new MusterBot({ url: server.url, botId: bot.id, token: bot.token });
    const given: (string | undefined)[] = [];
    client.onCommand("ping", (command, context) => {
      given.push(command.traceparent, context.traceparent);
      context.traceparent = childOf(command.traceparent!);
      return { pong: true };
    });
    await client.start();
    await eventually(() => expect(client.state).toBe("socket"));
    const sent = await send(bot);
    const spans = byName(await spansOf(sent.trace, 4));
    await client.stop();
    const { "enqueue command": enqueue, "settle command": settle, "push command": push } = spans;
    expect(Object.keys(spans).sort()).toEqual([
      ...["POST /api/bot/[bot_id]/send-command", "enqueue command", "push command", "settle command"],
    ]);
    expect(spans["POST /api/bot/[bot_id]/send-command"]).toMatchObject({ parentSpanId: sent.span });
    expect(enqueue).toMatchObject({
      parentSpanId: spans["POST /api/bot/[bot_id]/send-command"]!.spanId,
      attributes: { "muster.command.id": sent.id, "muster.command.type": "ping", "muster.bot.id": bot.id },
    });
    expect(push!.parentSpanId).toBe(enqueue!.spanId);
    expect(given).toEqual([sent.traceparent, sent.traceparent]);
    expect(sent.traceparent).toBe(`00-${sent.trace}-${enqueue!.spanId}-01`);
    expect(settle).toMatchObject({ parentSpanId: BOT_SPAN, failed: false });
  });

  it.each([
    ["on threads", "MusterBot", "def", "bot.run()"],
    ["with asyncio", "AsyncMusterBot", "async def", "import asyncio; asyncio.run(bot.run())"],
  ])("has the span of a bot that polls, in Python %s", async (_, kind, define, run) => {
    const bot = await aBot(admin);
    const program = [
      "import os",
      `from muster import ${kind}`,
      `bot = ${kind}(os.environ["MUSTER_URL"], os.environ["BOT_ID"], os.environ["BOT_TOKEN"])`,
      '@bot.command("ping")',
      `${define} ping(command, ctx):`,
      '    assert ctx.traceparent == command["traceparent"]',
      `    ctx.traceparent = ctx.traceparent[:36] + "${BOT_SPAN}-01"`,
      '    raise RuntimeError("no fuel")',
      run,
    ].join("\n");
    runPython(["-c", program], bot, { MUSTER_URL: server.url });
    const sent = await send(bot);
    const spans = byName(await spansOf(sent.trace, 4));
    expect(spans["lease command"]!.parentSpanId).toBe(spans["enqueue command"]!.spanId);
    expect(spans["settle command"]).toMatchObject({ parentSpanId: BOT_SPAN, failed: true });
  });

  it("joins an ack with the header alone, and never another trace", async () => {
    const bot = await aBot(admin);
    const [joined, foreign] = [await send(bot), await send(bot)];
    const { json } = await bot.api.send("GET /api/bot/{bot_id}/commands", { params: { bot_id: bot.id } });
    expect(json.commands.map(({ traceparent }: { traceparent: string }) => traceparent)).toEqual([
      ...[joined.traceparent, foreign.traceparent],
    ]);
    const ack = (id: string, more: object) =>
      bot.api.send("POST /api/commands/{command_id}/ack", { params: { command_id: id }, body: {}, ...more });
    await ack(joined.id, { headers: { traceparent: childOf(joined.traceparent) } });
    await ack(foreign.id, { body: { traceparent: `00-${hex(16)}-${hex(8)}-01` } });
    const own = byName(await spansOf(joined.trace, 5));
    const request = own["POST /api/commands/[command_id]/ack"]!;
    expect([request.parentSpanId, own["settle command"]!.parentSpanId]).toEqual([BOT_SPAN, request.spanId]);
    const other = byName(await spansOf(foreign.trace, 4));
    expect(other["settle command"]!.parentSpanId).toBe(other["enqueue command"]!.spanId);
  });

  it("is not sent when the caller's trace is not kept, but passed on", async () => {
    const bot = await aBot(admin);
    const sent = await send(bot, { trace: hex(16), span: hex(8), flags: "00" });
    expect(sent.traceparent).toMatch(new RegExp(`^00-${sent.trace}-[\\da-f]{16}-00$`));
    const kept = await send(bot);
    await spansOf(kept.trace, 2);
    expect(receiver.spans.filter(({ traceId }) => traceId === sent.trace)).toEqual([]);
  });
});
