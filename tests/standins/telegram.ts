/** A stand-in of Telegram's Bot API, for bots of real libraries. Ends after the test. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach } from "vitest";

export const TAKEN =
  "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running";
let ends: (() => unknown)[] = [];
afterEach(() => {
  for (const end of ends.reverse()) end();
  ends = [];
});

/**
 * Answers getMe, getUpdates and sendMessage as Telegram does. `down` makes it answer 502, `doubled` that another program takes
 * the updates, and `limited` that the next message has to wait.
 */
export async function telegram() {
  const world = {
    updates: [] as object[],
    sent: [] as Record<string, unknown>[],
    polls: 0,
    down: false,
    doubled: false,
    limited: false,
    url: "",
  };
  const server = createServer(async (req, res) => {
    let text = "";
    for await (const chunk of req) text += chunk;
    const body = text ? JSON.parse(text) : {};
    const answer = (result: unknown, status = 200) => {
      res.writeHead(status, { "content-type": "application/json" });
      res.end(
        JSON.stringify(
          status === 200 ? { ok: true, result } : { ok: false, error_code: status, description: "Bad Gateway" },
        ),
      );
    };
    const method = req.url!.split("/").at(-1);
    if (world.down) return answer(null, 502);
    if (world.doubled && req.url!.endsWith("/getUpdates")) {
      res.writeHead(409, { "content-type": "application/json" });
      return res.end(JSON.stringify({ ok: false, error_code: 409, description: TAKEN }));
    }
    if (method === "getMe")
      return answer({ id: 7, is_bot: true, first_name: "Bot", username: "the_bot", can_join_groups: true });
    if (method === "sendMessage" && world.limited) {
      world.limited = false;
      res.writeHead(429, { "content-type": "application/json" });
      const description = "Too Many Requests: retry after 7";
      return res.end(JSON.stringify({ ok: false, error_code: 429, description, parameters: { retry_after: 7 } }));
    }
    if (method === "sendMessage") {
      world.sent.push(body);
      return answer({
        message_id: 99,
        date: 1,
        chat: { id: Number(body.chat_id), type: "private", first_name: "A" },
        text: body.text,
      });
    }
    if (method !== "getUpdates") return answer(true);
    world.polls++;
    const updates = world.updates.splice(0);
    setTimeout(() => answer(updates), updates.length > 0 ? 0 : 100);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ends.push(
    () => server.close(),
    () => server.closeAllConnections(),
  );
  world.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return world;
}

/** A message of a user named Eve in a group. */
export const update = (text: string) => ({
  update_id: 1,
  message: {
    message_id: 5,
    date: 1,
    from: { id: 42, is_bot: false, first_name: "Eve", username: "eve" },
    chat: { id: -100, type: "supergroup", title: "The group" },
    text,
  },
});
