/** Limits of a Socket.IO connection before and after it is admitted, on the wire. */
import { once } from "node:events";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import WebSocket from "ws";
import { aBot, aUser, type TestBot, type TestUser } from "../factories";
import { closeSockets, connected, refusal } from "../sockets";
import { theServer } from "../the-server";

let ada: TestUser;
let bot: TestBot;
const raw: WebSocket[] = [];
beforeAll(async () => {
  ada = await aUser();
  bot = await aBot(ada);
});
afterEach(() => {
  closeSockets();
  for (const socket of raw.splice(0)) socket.terminate();
});

/** Opens a connection and waits for Engine.IO's opening packet, without sending anything. */
async function opened(): Promise<WebSocket> {
  const socket = new WebSocket(`${theServer().url.replace("http", "ws")}/socket.io/?EIO=4&transport=websocket`);
  raw.push(socket);
  expect(String((await once(socket, "message"))[0])).toMatch(/^0\{/);
  return socket;
}
const closed = (socket: WebSocket) => once(socket, "close");
const CONNECT = () => `40${JSON.stringify({ token: bot.token })}`;

describe("before its CONNECT, a socket", () => {
  it("is closed when it sends more than 16 kB", async () => {
    const socket = await opened();
    socket.send(`40${JSON.stringify({ token: "x".repeat(20_000) })}`);
    expect((await closed(socket))[0]).toBe(1009);
  });

  it("is answered 413 when it polls more than 16 kB", async () => {
    const address = `${theServer().url}/socket.io/?EIO=4&transport=polling`;
    const { sid } = JSON.parse((await (await fetch(address)).text()).slice(1));
    const post = (body: string) => fetch(`${address}&sid=${sid}`, { method: "POST", body });
    expect((await post(`40${"x".repeat(20_000)}`)).status).toBe(413);
  });

  it("is closed when it sends more than one packet", async () => {
    const socket = await opened();
    socket.send('42["join_ticket",{}]');
    socket.send('42["join_ticket",{}]');
    await closed(socket);
  });

  it("is closed within seconds when it sends nothing", async () => {
    await closed(await opened());
  });
});

describe("once admitted, a socket", () => {
  it("may send large messages", async () => {
    const { client } = await connected({ token: bot.token });
    const commands = [
      { name: "large", description: "x".repeat(900), params: { type: "object", note: "x".repeat(40_000) } },
    ];
    expect(await client.emitWithAck("manifest", { commands })).toMatchObject({ status: "ok" });
  });

  it("may also send them over polling", async () => {
    const { client } = await connected({ token: bot.token, transport: "polling" });
    const commands = [{ name: "large", params: { type: "object", note: "x".repeat(40_000) } }];
    expect(await client.emitWithAck("manifest", { commands })).toMatchObject({ status: "ok" });
  });

  it("is refused with RATE_LIMITED when its bot already has 50", async () => {
    const crowded = await aBot(ada);
    const sockets = await Promise.all(Array.from({ length: 50 }, () => connected({ token: crowded.token })));
    expect(await refusal({ token: crowded.token })).toMatchObject({ code: "RATE_LIMITED" });
    sockets[0]!.client.disconnect();
    await expect
      .poll(() =>
        refusal({ token: crowded.token }).then(
          () => "refused",
          () => "connected",
        ),
      )
      .toBe("connected");
  });
});

it("is accepted when its client sends the token in the CONNECT packet", async () => {
  const socket = await opened();
  socket.send(CONNECT());
  expect(String((await once(socket, "message"))[0])).toMatch(/^40\{"sid"/);
});
