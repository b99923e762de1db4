/**
 * Two server processes on one PostgreSQL and one Redis, as behind a proxy. Events of one reach the other, work happens once,
 * and both survive the loss of the other or of Redis. Runs only with PostgreSQL (vitest.config.ts).
 */
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { Api, type Json } from "./api";
import { databases, type TestDatabase } from "./db/databases";
import { eventually } from "./eventually";
import { aBot, anApiKey, aUser, type TestBot, type TestUser, theAdmin } from "./factories";
import { removeFolder, type ServerProcess, startServer, temporaryFolder } from "./process";
import { aRedis, type TestRedis } from "./redis";
import { closeSockets, connected, socket } from "./sockets";
import { aTicket } from "./tickets";

vi.setConfig({ testTimeout: 180_000 });
let database: TestDatabase;
let redis: TestRedis;
let folder: string;
let a: ServerProcess;
let b: ServerProcess;
let admin: TestUser;
const running = new Set<ServerProcess>();

async function start(env: Record<string, string> = {}): Promise<ServerProcess> {
  const server = await startServer({
    DATA_DIR: folder,
    DATABASE_URL: database.url,
    REDIS_URL: redis.url,
    BOT_OFFLINE_AFTER_S: "3",
    ...env,
  });
  running.add(server);
  return server;
}

beforeAll(async () => {
  [database, redis, folder] = [await databases.at(-1)!.open(), await aRedis(), temporaryFolder()];
  await redis.start();
  // Start both at the same moment, on an empty database.
  [a, b] = await Promise.all([start(), start()]);
  admin = await theAdmin(a.url);
}, 120_000);
afterEach(closeSockets);
afterAll(async () => {
  const codes = await Promise.all([...running].map((one) => (one.child.killed ? 0 : one.stop())));
  await redis.close();
  await database.close();
  removeFolder(folder);
  expect(codes.filter((code) => code !== 0)).toEqual([]);
  const failures = [...running].flatMap((one) =>
    one
      .log()
      .split("\n")
      .filter((line) => /failed unexpectedly|unhandled rejection|breaks its contract/.test(line)),
  );
  expect(failures).toEqual([]);
});

/** The same credential at another process. */
const at = (server: ServerProcess, { api }: { api: Api }) => new Api(server.url, api.headers);
const events = (line: { heard: [string, Json][] }, name: string): Json[] =>
  line.heard.filter(([event]) => event === name).map(([, data]) => data);
const infoOf = async (bot: TestBot, server: ServerProcess): Promise<Json> =>
  (await at(server, bot).send("GET /api/bot/{bot_id}/info", { params: { bot_id: bot.id } })).json.stats;

/** A bot's program: runs each command once, repeats its ack until it is accepted, and switches to the other process when its own is gone. */
function program(bot: TestBot, homes: ServerProcess[]) {
  const done = new Set<string>();
  const acked = new Set<string>();
  let line: ReturnType<typeof socket>;
  let stopped = false;
  let home = 0;
  const say = (id: string) =>
    line.client.timeout(5_000).emit("ack", { command_id: id, status: "completed" }, (error: unknown, answer: Json) => {
      if (!error && answer?.status === "ok") acked.add(id);
    });
  function connect() {
    if (stopped) return;
    line = socket({
      token: bot.token,
      auth: { instance: `program-of-${bot.id}` },
      url: homes[home % homes.length]!.url,
    });
    line.client.on("connect", () => {
      for (const id of done) if (!acked.has(id)) say(id);
    });
    line.client.on("new_command", (command: Json, received?: () => void) => {
      received?.();
      done.add(command.id);
      say(command.id);
    });
    for (const end of ["disconnect", "connect_error"])
      line.client.once(end, () => {
        line.client.removeAllListeners();
        line.client.disconnect();
        home++;
        setTimeout(connect, 100);
      });
  }
  connect();
  return {
    done,
    connected: () => line.client.connected,
    stop() {
      stopped = true;
      line.client.disconnect();
    },
  };
}

describe("background jobs", () => {
  it("run in one of two processes when they are led, and else in both", async () => {
    const jobsOf = async (server: ServerProcess): Promise<Map<string, Json>> => {
      const { json } = await at(server, admin).send("GET /api/system/services");
      return new Map(json.jobs.map((job: Json) => [job.name, job]));
    };
    await eventually(async () => {
      const [here, there] = await Promise.all([jobsOf(a), jobsOf(b)]);
      for (const name of ["alerts.watch", "telemetry.index", "tickets.tidy"]) {
        const both = [here.get(name)!, there.get(name)!];
        expect([name, both.filter(({ state }) => state === "standby").length]).toEqual([name, 1]);
        expect([name, both.filter(({ runs }) => runs > 0).length]).toEqual([name, 1]);
      }
      for (const job of [here.get("commands.sweep")!, there.get("commands.sweep")!])
        expect(job.runs).toBeGreaterThan(0);
    });
  });
});

describe("with two processes, an event at one", () => {
  it("reaches the other: commands, logs, status, tickets, notifications", async () => {
    const ada = await aUser("user", a.url);
    const bot = await aBot(ada);
    const params = { bot_id: bot.id };
    const [watcher, staff] = [
      await connected({ token: ada.jwt, url: b.url }),
      await connected({ token: admin.jwt, url: b.url }),
    ];
    const one = program(bot, [a]);
    await eventually(() => expect(one.connected()).toBe(true));
    const sent: string[] = [];
    for (let round = 0; round < 20; round++)
      await Promise.all(
        Array.from({ length: 10 }, async () => {
          const answer = await at(b, ada).send("POST /api/commands", { body: { bot_id: bot.id, type: "work" } });
          expect(answer.status, answer.text).toBe(200);
          sent.push(answer.json.command.id);
        }),
      );
    const completed = () => events(watcher, "command_update").filter(({ status }) => status === "completed");
    await eventually(() => expect(new Set(completed().map(({ id }) => id)).size).toBe(200));
    // Each command is announced once and leased once.
    expect(completed().length).toBe(200);
    expect(completed().every(({ attempts }) => attempts === 1)).toBe(true);
    expect([...one.done].sort()).toEqual(sent.sort());
    expect(await infoOf(bot, b)).toMatchObject({ total_commands: 200, pending_commands: 0, completed_commands: 200 });

    await bot.api.send("POST /api/bot/{bot_id}/logs", { params, body: { message: "from the first" } });
    await bot.api.send("POST /api/bot/{bot_id}/status", { params, body: { status: "busy" } });
    const ticket = await aTicket(ada, { subject: "Seen from afar" });
    await eventually(() => {
      expect(events(watcher, "new_log")).toMatchObject([{ message: "from the first" }]);
      expect(events(watcher, "bot_update").map(({ status }) => status)).toContain("busy");
      expect(events(staff, "notification").filter(({ title }) => title.includes("Seen from afar"))).toHaveLength(1);
    });
    const inbox = (await at(b, admin).send("GET /api/notifications")).json.notifications as Json[];
    expect(
      inbox.filter(({ title }) => title.includes(`#${ticket.ticket_num}`) && title.includes("Seen from afar")),
    ).toHaveLength(1);
    one.stop();
  });

  it("reaches a bot of document 001 that hears of it at one and fetches at the other, under the same lease", async () => {
    const ada = await aUser("user", a.url);
    const bot = await aBot(ada);
    const params = { bot_id: bot.id };
    // This bot confirms nothing, because it takes the event as a hint.
    const hint = await connected({ token: bot.token, url: a.url });
    const { json } = await ada.api.send("POST /api/commands", { body: { bot_id: bot.id, type: "fetched" } });
    await hint.event("new_command", ({ id }) => id === json.command.id);
    await eventually(async () => {
      const fetched = await at(b, bot).send("GET /api/bot/{bot_id}/commands", { params, query: { wait: 20 } });
      expect(fetched.json.commands).toMatchObject([{ id: json.command.id, attempts: 1 }]);
    });
    const again = await bot.api.send("GET /api/bot/{bot_id}/commands", { params });
    expect(again.json.commands).toEqual([]);
  });

  it("ends access at the other at once for sessions, keys, tokens and bots", async () => {
    const ada = await aUser("user", a.url);
    const key = await anApiKey(ada, "read");
    const [rotated, deleted] = [await aBot(ada), await aBot(ada)];
    const ended = (line: string, params: Record<string, string>) =>
      ada.api.send(line, { params }).then(({ status, text }) => expect(status, text).toBe(200));
    for (const who of [ada, key]) expect((await at(b, who).send("GET /api/auth/me")).status).toBe(200);
    const lines = await Promise.all(
      [ada.jwt, key.secret, rotated.token, deleted.token].map((token) => connected({ token, url: b.url })),
    );
    await ended("DELETE /api/auth/api-keys/{key_id}", { key_id: key.id });
    await ended("POST /api/my-bots/{bot_id}/regenerate-token", { bot_id: rotated.id });
    await ended("DELETE /api/my-bots/{bot_id}", { bot_id: deleted.id });
    await eventually(() => expect(lines.slice(1).map(({ client }) => client.connected)).toEqual([false, false, false]));
    const mine = { params: { bot_id: rotated.id } };
    for (const bot of [rotated, deleted])
      expect((await at(b, bot).send("GET /api/bot/{bot_id}/commands", { params: { bot_id: bot.id } })).status).toBe(
        401,
      );
    expect((await at(b, key).send("GET /api/auth/me")).status).toBe(401);
    expect((await at(b, ada).send("GET /api/bot/{bot_id}/info", mine)).status).toBe(200);
    await ada.api.send("POST /api/auth/logout");
    await eventually(() => expect(lines[0]!.client.connected).toBe(false));
    expect((await at(b, ada).send("GET /api/auth/me")).status).toBe(401);
  });

  it("shows two programs of one bot on two processes, and keeps one", async () => {
    const ada = await aUser("user", a.url);
    const bot = await aBot(ada);
    const params = { bot_id: bot.id };
    const watcher = await connected({ token: ada.jwt, url: b.url });
    const first = await connected({ token: bot.token, auth: { instance: "the-first" }, url: a.url });
    // A program is counted after its socket is admitted: the second could be counted before the first.
    await eventually(async () => {
      const { json } = await at(b, ada).send("GET /api/bot/{bot_id}/instances", { params });
      expect(json.instances.map(({ instance }: Json) => instance)).toEqual(["the-first"]);
    });
    await connected({ token: bot.token, auth: { instance: "the-second" }, url: b.url });
    await eventually(() =>
      expect(
        events(watcher, "bot_instances")
          .at(-1)
          ?.instances.map(({ instance }: Json) => instance),
      ).toEqual(["the-second", "the-first"]),
    );
    const keep = { params: { ...params, instance: "the-second" } };
    const kept = await at(b, ada).send("POST /api/bot/{bot_id}/instances/{instance}/keep", keep);
    expect(kept.status, kept.text).toBe(200);
    await first.event("error", ({ code }) => code === "SUPERSEDED");
    await eventually(() => expect(first.client.connected).toBe(false));
    await eventually(async () => {
      for (const server of [a, b]) {
        const { json } = await at(server, ada).send("GET /api/bot/{bot_id}/instances", { params });
        expect(json.instances.map(({ instance }: Json) => instance)).toEqual(["the-second"]);
      }
    });
    // Both processes refuse it.
    for (const server of [a, b]) {
      const poll = await at(server, bot).send("GET /api/bot/{bot_id}/commands", {
        params,
        headers: { "x-bot-instance": "the-first" },
      });
      expect(poll.json).toMatchObject({ code: "SUPERSEDED" });
    }
  });
});

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
    // Commands that A pushed and no bot received return when their lease ends: end the leases now.
    await eventually(async () => {
      await database.run(
        "UPDATE command SET lease_expires_at = 1 WHERE status = 'pending' AND lease_expires_at IS NOT NULL AND dispatched_at < (extract(epoch from now()) * 1000)::bigint - 5000",
      );
      for (const bot of bots)
        expect(await infoOf(bot, b)).toMatchObject({ total_commands: 40, completed_commands: 40 });
    });
    expect(completed().size).toBeGreaterThan(COMMANDS / 2);
    expect(programs.flatMap((one) => [...one.done]).sort()).toEqual([...new Set(sent)].sort());
    for (const bot of bots)
      expect(await infoOf(bot, b)).toMatchObject({ pending_commands: 0, failed_commands: 0, completed_commands: 40 });
    // The remaining process knows its connections, and a new process joins.
    a = await start();
    await eventually(async () => {
      const { json } = await at(a, ada).send("GET /api/bot/{bot_id}/instances", { params: { bot_id: bots[0]!.id } });
      expect(json.instances.map(({ instance }: Json) => instance)).toEqual([`program-of-${bots[0]!.id}`]);
    });
    for (const one of programs) one.stop();
  });
});
