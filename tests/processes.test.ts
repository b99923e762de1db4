/**
 * Two server processes on one PostgreSQL and one Redis, as behind a proxy. Events of one reach the other, work happens once,
 * and both survive the loss of the other or of Redis. Runs only with PostgreSQL (vitest.config.ts).
 */
import { describe, expect, it } from "vitest";
import { createTeamKey, revokeTeamKey, rotateTeamKey } from "@/lib/identity/teams/contract.keys";
import { Api, type Json } from "./api";
import { eventually } from "./eventually";
import { aBot, anApiKey, aUser } from "./factories";
import type { ServerProcess } from "./process";
import { connected } from "./sockets";
import { aTicket } from "./tickets";
import { a, admin, at, b, events, infoOf, program } from "./two-processes";

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

  it("knows a service key of the other at once, its rotation and its end", async () => {
    const ada = await aUser("user", a.url);
    const { json } = await ada.api.send("POST /api/teams", { body: { name: "Night shift" } });
    const team_id = String(json.team.id);
    const bot = await aBot(ada, { name: "Porter", team_id: json.team.id });
    const create = { params: { team_id }, body: { name: "deploy", scopes: ["bots:read"] } };
    const { key, secret } = await ada.api.call(createTeamKey, create as never);
    const read = async (server: ServerProcess, bearer: string) =>
      (await new Api(server.url).bearer(bearer).send("GET /api/my-bots/{bot_id}", { params: { bot_id: bot.id } }))
        .status;
    expect([await read(b, secret), await read(a, secret)]).toEqual([200, 200]);
    const line = await connected({ token: secret, url: b.url });
    const params = { team_id, key_id: key.id };
    const rotated = await ada.api.call(rotateTeamKey, { params, body: {} });
    await eventually(async () => expect(await read(b, secret)).toBe(401));
    expect(await read(b, rotated.secret)).toBe(200);
    await eventually(() => expect(line.client.connected).toBe(false));
    const next = await connected({ token: rotated.secret, url: b.url });
    await ada.api.call(revokeTeamKey, { params });
    await eventually(async () => expect(await read(b, rotated.secret)).toBe(401));
    await eventually(() => expect(next.client.connected).toBe(false));
    expect(await read(a, rotated.secret)).toBe(401);
  });

  it("ends a shared bot at the other at once, and a bot that went to another team", async () => {
    const [ada, guest] = [await aUser("user", a.url), await aUser("user", a.url)];
    const [shared, moved] = [await aBot(ada), await aBot(ada)];
    const [ofShared, ofMoved] = [shared, moved].map(({ id }) => ({ params: { bot_id: id } }));
    const grant = { user_id: guest.id, role: "operator" };
    const { json } = await ada.api.send("POST /api/my-bots/{bot_id}/grants", { ...ofShared, body: grant });
    const statuses = async () => {
      const answers = [
        await at(b, guest).send("GET /api/my-bots/{bot_id}", ofShared),
        await at(b, ada).send("GET /api/my-bots/{bot_id}", ofMoved),
        await at(b, guest).send("GET /api/my-bots/{bot_id}", ofMoved),
      ];
      return answers.map(({ status }) => status);
    };
    await eventually(async () => expect(await statuses()).toEqual([200, 200, 404]));
    const page = await connected({ token: guest.jwt, url: b.url });
    await ada.api.send("DELETE /api/my-bots/{bot_id}/grants/{grant_id}", {
      params: { bot_id: shared.id, grant_id: json.grant.id },
    });
    await page.event("access_changed");
    await ada.api.send("POST /api/my-bots/{bot_id}/transfer", { ...ofMoved, body: { user_id: guest.id } });
    await page.event("bot_update", ({ bot_id }: Json) => bot_id === moved.id);
    expect(await statuses()).toEqual([404, 404, 200]);
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
