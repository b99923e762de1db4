/** Two processes on PostgreSQL and Redis: work that must happen once, and crashes. */
import { describe, expect, it } from "vitest";
import { Api, type Json } from "./api";
import { eventually } from "./eventually";
import { aBot, anApiKey, aUser } from "./factories";
import type { ServerProcess } from "./process";
import { connected } from "./sockets";
import { a, admin, at, b, events, infoOf, program, redis, replaceA, running, start } from "./two-processes";

describe("with two processes, work that must happen once", () => {
  it("happens once: due and expired commands, a bot that goes offline, an alert and its notification", async () => {
    const ada = await aUser("user", a.url);
    const [bot, gone] = [await aBot(ada), await aBot(ada)];
    const rule = {
      name: "Silence",
      metric: "bot_offline",
      threshold: 5,
      severity: "high",
      scope: "selected",
      bot_ids: [gone.id],
    };
    const made = await ada.api.send("POST /api/alert-rules", { body: rule });
    expect(made.status, made.text).toBe(200);
    const watchers = await Promise.all([a, b].map(({ url }) => connected({ token: ada.jwt, url })));
    const one = program(bot, [a]);
    await eventually(() => expect(one.connected()).toBe(true));
    // The bot polls only at B.
    await at(b, gone).send("GET /api/bot/{bot_id}/commands", { params: { bot_id: gone.id } });
    const runAt = new Date(Date.now() + 1_500).toISOString();
    const send = (body: object) => at(b, ada).send("POST /api/commands", { body });
    const due = (await send({ bot_id: bot.id, type: "due", run_at: runAt })).json.command;
    const expires = (await send({ bot_id: gone.id, type: "late", expires_in: 1 })).json.command;
    for (const watcher of watchers) {
      const about = (id: string) => events(watcher, "command_update").filter((one) => one.id === id);
      const ended = (id: string) => about(id).filter(({ status }) => status !== "pending");
      await eventually(() => {
        expect(ended(due.id)).toMatchObject([{ status: "completed", attempts: 1 }]);
        expect(ended(expires.id)).toMatchObject([{ status: "failed", reason: "expired" }]);
        const updates = events(watcher, "bot_update").filter(
          (heard) => heard.bot_id === gone.id && heard.status === "offline",
        );
        expect(updates.filter(({ action }) => action === "status_update")).toHaveLength(1);
      });
    }
    await eventually(async () => {
      for (const server of [a, b]) {
        const { alerts } = (await at(server, ada).send("GET /api/alerts")).json;
        expect(alerts).toHaveLength(1);
      }
      const heard = (await at(b, ada).send("GET /api/notifications", { query: { kind: "alert" } })).json.notifications;
      expect(heard).toHaveLength(1);
    });
    one.stop();
  });

  it("counts budgets over all processes and reports the same remaining requests in each", async () => {
    const limited = await Promise.all([start({ RATE_LIMIT_FACTOR: "1" }), start({ RATE_LIMIT_FACTOR: "1" })]);
    const ada = await aUser("user", a.url);
    const key = await anApiKey(ada, "operate");
    const calls = await Promise.all(
      Array.from({ length: 90 }, (_, call) => at(limited[call % 2]!, key).send("GET /api/tasks")),
    );
    expect(calls.filter(({ status }) => status === 200)).toHaveLength(60);
    const left = calls
      .filter(({ status }) => status === 200)
      .map(({ headers }) => headers.get("x-ratelimit-remaining"));
    expect(new Set(left).size).toBe(60);
    // A restart forgets nothing.
    const [first, second] = limited as [ServerProcess, ServerProcess];
    expect(await first.stop()).toBe(0);
    running.delete(first);
    const next = await start({ RATE_LIMIT_FACTOR: "1" });
    const after = await at(next, key).send("GET /api/tasks");
    const windowOf = ({ headers }: { headers: Headers }) => Number(headers.get("x-ratelimit-reset"));
    // Skip the check if the minute has ended meanwhile.
    if (Math.abs(windowOf(after) - windowOf(calls.at(-1)!)) <= 1) expect(after.status).toBe(429);
    else expect(after.status).toBe(200);
    for (const one of [second, next]) {
      expect(await one.stop()).toBe(0);
      running.delete(one);
    }
  });

  it("pauses in all processes while a backup is restored, and continues in all afterwards", async () => {
    const bot = await aBot(admin);
    const made = await admin.api.send("POST /api/backups", { body: { backupName: "both" } });
    expect(made.status, made.text).toBe(200);
    const { filename } = (await at(b, admin).send("GET /api/backups")).json.backups[0];
    const late = await aBot(admin);
    let rested = false;
    let over = false;
    const looking = (async () => {
      while (!over) {
        const answer = await at(b, admin).send("GET /api/my-bots");
        if (answer.status === 503) rested = true;
        else expect(answer.status).toBe(200);
      }
    })();
    const done = await admin.api.send("POST /api/backups/{filename}/restore", {
      params: { filename },
      body: { confirm: filename },
    });
    over = true;
    await looking;
    expect(done.status, done.text).toBe(200);
    expect(rested).toBe(true);
    for (const server of [a, b])
      await eventually(async () => {
        expect(
          (await at(server, late).send("GET /api/bot/{bot_id}/commands", { params: { bot_id: late.id } })).status,
        ).toBe(401);
        const params = { bot_id: bot.id };
        const answer = await at(server, bot).send("POST /api/bot/{bot_id}/logs", { params, body: { message: "on" } });
        expect(answer.status, answer.text).toBe(200);
      });
    // Background jobs run in both processes, so the remaining one does the due work.
    const { json } = await at(b, admin).send("POST /api/commands", {
      body: { bot_id: bot.id, type: "late", expires_in: 1 },
    });
    await eventually(async () => {
      const params = { command_id: json.command.id };
      const { command } = (await at(a, admin).send("GET /api/commands/{command_id}", { params })).json;
      expect(command.reason).toBe("expired");
    });
  });
});

describe("after a crash", () => {
  it("of Redis, everything is correct again once it is back, and most of it before", async () => {
    const ada = await aUser("user", a.url);
    const [bot, cut] = [await aBot(ada), await aBot(ada)];
    const one = program(bot, [a]);
    const watcher = await connected({ token: ada.jwt, url: b.url });
    const cutLine = await connected({ token: cut.token, url: b.url });
    await eventually(() => expect(one.connected()).toBe(true));
    await redis.kill();
    const { json } = await at(b, ada).send("POST /api/commands", { body: { bot_id: bot.id, type: "meanwhile" } });
    // No fact reaches A, so it must find the command itself.
    await eventually(() => expect([...one.done]).toEqual([json.command.id]));
    const health = await new Api(b.url).send("GET /api/health", { query: { detailed: "true" } });
    expect(health.status).toBe(200);
    expect(health.json.checks).toContainEqual(expect.objectContaining({ name: "redis", ok: false }));
    await ada.api.send("POST /api/my-bots/{bot_id}/regenerate-token", { params: { bot_id: cut.id } });
    expect(cutLine.client.connected).toBe(true);
    await redis.start();
    // B must notice that the bot's token ended, although no fact reached it. The page reconnects, because it may have missed events.
    await eventually(() => expect([cutLine.client.connected, watcher.client.connected]).toEqual([false, false]));
    const back = await connected({ token: ada.jwt, url: b.url });
    await eventually(async () => {
      const sent = await at(b, ada).send("POST /api/commands", { body: { bot_id: bot.id, type: "after" } });
      expect(sent.status).toBe(200);
      await eventually(() =>
        expect(events(back, "command_update").map(({ id }) => id)).toContain(sent.json.command.id),
      );
    });
    one.stop();
  });

  it("of a process, commands pushed there are offered as soon as their bot connects to the other", async () => {
    const ada = await aUser("user", a.url);
    const bot = await aBot(ada);
    const send = async (server: ServerProcess) =>
      (await at(server, ada).send("POST /api/commands", { body: { bot_id: bot.id, type: "work" } })).json.command.id;
    const [first, other] = [
      await connected({ token: bot.token, url: a.url }),
      await connected({ token: bot.token, url: b.url }),
    ];
    const id = await send(a);
    await first.event("new_command", (command) => command.id === id);
    await a.kill();
    const second = await connected({ token: bot.token, url: b.url });
    expect(await second.event("new_command")).toMatchObject({ id, attempts: 1 });
    // A command that a live process pushed stays with its socket.
    const pushed = await send(b);
    await second.event("new_command", (command) => command.id === pushed);
    const third = await connected({ token: bot.token, url: b.url });
    await third.event("connected");
    expect(
      [second, other].flatMap((line) => events(line, "new_command")).filter((one) => one.id === pushed),
    ).toHaveLength(1);
    await replaceA();
  });

  it("of a process, its bots move to the other, every command runs once, and the counters are right", async () => {
    const ada = await aUser("user", b.url);
    const bots = await Promise.all(Array.from({ length: 10 }, () => aBot(ada)));
    const programs = bots.map((bot) => program(bot, [a, b]));
    await eventually(() => expect(programs.every((one) => one.connected())).toBe(true));
    const watcher = await connected({ token: ada.jwt, url: b.url });
    const COMMANDS = 400;
    const sent: string[] = [];
    let round = 0;
    const lane = async () => {
      while (round < COMMANDS) {
        const mine = round++;
        const body = { bot_id: bots[mine % bots.length]!.id, type: "work", idempotency_key: `k${mine}` };
        const answer = await at(b, ada).send("POST /api/commands", { body });
        expect(answer.status, answer.text).toBe(200);
        sent.push(answer.json.command.id);
        if (mine === COMMANDS / 2) await a.kill();
      }
    };
    await Promise.all(Array.from({ length: 8 }, lane));
    await eventually(() => expect(programs.every((one) => one.connected())).toBe(true));
    const completed = () =>
      new Set(
        events(watcher, "command_update")
          .filter(({ status }) => status === "completed")
          .map(({ id }) => id as string),
      );
    // Commands that A pushed and no bot received are pushed by B, long before their leases end.
    await eventually(async () => {
      for (const bot of bots)
        expect(await infoOf(bot, b)).toMatchObject({ total_commands: 40, completed_commands: 40 });
    });
    expect(completed().size).toBeGreaterThan(COMMANDS / 2);
    expect(programs.flatMap((one) => [...one.done]).sort()).toEqual([...new Set(sent)].sort());
    for (const bot of bots)
      expect(await infoOf(bot, b)).toMatchObject({ pending_commands: 0, failed_commands: 0, completed_commands: 40 });
    // The remaining process knows its connections, and a new process joins.
    await replaceA();
    await eventually(async () => {
      const { json } = await at(a, ada).send("GET /api/bot/{bot_id}/instances", { params: { bot_id: bots[0]!.id } });
      expect(json.instances.map(({ instance }: Json) => instance)).toEqual([`program-of-${bots[0]!.id}`]);
    });
    for (const one of programs) one.stop();
  });
});
