/** Integers beyond a JavaScript number, through the client, with a stand-in that sends and records raw text. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { type RawData, type WebSocket, WebSocketServer } from "ws";
import { eventually } from "@/tests/eventually";
import { type LargeIntegers, MusterBot } from "./index";
import { readJson, writeJson } from "./json";

const ID = "1497549923779084388";
const LARGE = [ID, "-9223372036854775808", "9007199254740993", "18446744073709551615", "9".repeat(40)];

describe("the reader and the writer", () => {
  it.each(LARGE)("%s arrives as its digits, or as a bigint on request", (digits) => {
    const text = `{"a":[${digits},1,"${digits}"],"b":{"${digits}":${digits}}}`;
    expect(readJson(text)).toEqual({ a: [digits, 1, digits], b: { [digits]: digits } });
    const exact = readJson(text, "bigint");
    expect(exact).toEqual({ a: [BigInt(digits), 1, digits], b: { [digits]: BigInt(digits) } });
    expect(writeJson(exact)).toBe(text);
  });

  it("parses everything else as JSON.parse does", () => {
    const text = String.raw`{"a":"\\\" 1497549923779084388","b":[0.1234567890123456,1e300,-0,9007199254740991,null]}`;
    expect(readJson(text)).toEqual(JSON.parse(text));
    for (const broken of [`{${ID}:1}`, `[0${ID}]`, `[${ID}`, `["${ID}]`])
      expect(() => readJson(broken)).toThrow(SyntaxError);
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    expect(() => writeJson(circle)).toThrow(TypeError);
  });
});

let ending: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ending.reverse()) await end();
  ending = [];
});

const COMMAND = `{"id":"c1","bot_id":"b1","type":"kick","payload":{"user_id":${ID}},"status":"pending","result":null,"created_at":"2026-01-01T00:00:00.000Z","completed_at":null,"dispatched_at":null,"attempts":1,"lease_expires_at":null,"created_by":1,"reason":null}`;

/** A server that writes raw Socket.IO with `sockets`, and answers polls otherwise. `said` is the text the client sent. */
async function standIn(sockets: boolean) {
  const said: string[] = [];
  let handed = false;
  const http = createServer(async (req, res) => {
    let text = "";
    for await (const chunk of req) text += chunk;
    said.push(text);
    const poll = req.method === "GET" && req.url?.includes("/commands");
    if (poll && handed) await new Promise((resolve) => setTimeout(resolve, 50));
    res.setHeader("content-type", "application/json");
    res.end(poll ? `{"commands":[${handed ? "" : COMMAND}],"count":1}` : '{"status":"ok","settings":{},"version":1}');
    if (poll) handed = true;
  });
  const server = new WebSocketServer({ noServer: true });
  if (sockets)
    http.on("upgrade", (req, socket, head) =>
      server.handleUpgrade(req, socket, head, (line: WebSocket) => {
        line.send('0{"sid":"s","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}');
        line.on("message", (data: RawData) => {
          const text = String(data);
          said.push(text);
          if (text.startsWith("40")) {
            line.send('40{"sid":"t"}');
            line.send(`42["new_command",${COMMAND}]`);
          }
          const id = /^42(\d+)\[/.exec(text)?.[1];
          if (id) line.send(`43${id}[{"status":"ok"}]`);
        });
      }),
    );
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  ending.push(
    () => http.close(),
    () => http.closeAllConnections(),
    () => server.clients.forEach((line) => void line.terminate()),
  );
  return { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`, said };
}

describe.each([
  ["by socket", true],
  ["by HTTP", false],
])("a bot that is reached %s", (_, sockets) => {
  it.each<[LargeIntegers | undefined, string | bigint]>([
    [undefined, ID],
    ["bigint", BigInt(ID)],
  ])("with largeIntegers %s is given %o, and sends bigints with all digits", async (largeIntegers, expected) => {
    const { url, said } = await standIn(sockets);
    const bot = new MusterBot({ url, botId: "b1", token: "t", largeIntegers, onProblem: () => {} });
    ending.push(() => bot.stop(100));
    let given: unknown;
    bot.onCommand("kick", (command) => {
      given = command.payload.user_id;
      return { kicked: BigInt(ID) };
    });
    bot.start().log("info", "kicked", { user_id: BigInt(ID) });
    await eventually(() => expect(said.some((text) => text.includes(`"result":{"kicked":${ID}}`))).toBe(true));
    await eventually(() => expect(said.some((text) => text.includes(`"metadata":{"user_id":${ID}}`))).toBe(true));
    expect(given).toBe(expected);
  });
});
