import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { newId } from "@/lib/core/ids";
import { hashToken, seal, unseal } from "@/lib/core/secrets";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { openRoom } from "@/tests/db/rooms";
import { someJobs } from "@/tests/scheduler";
import { createMailJobs } from "./jobs";
import { createMailService, type Mail } from "./service";
import { createMailStore } from "./store";
import { createMailTransport } from "./transport";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const RESET: Mail = { kind: "reset", to: "ada@example.org", subject: "Reset", text: "https://x/reset?token=mr_1" };

/** A mail server that answers RCPT TO with `refusals`, one after the other, and then takes everything. */
async function mailServer(refusals: number[]) {
  const received: string[] = [];
  let asked = 0;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    onRcptTo({ address }, _session, done) {
      const responseCode = refusals[asked++];
      if (responseCode) return done(Object.assign(new Error("not now"), { responseCode }));
      received.push(address);
      done();
    },
    onData(stream, _session, done) {
      stream.resume();
      stream.on("end", () => done());
    },
  });
  server.listen(0, "127.0.0.1");
  await once(server.server, "listening");
  const { port } = server.server.address() as AddressInfo;
  return {
    ...{ received, url: `smtp://127.0.0.1:${port}`, asked: () => asked },
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

describe.each(databases)("mail on $provider", (kind) => {
  let database: TestDatabase;
  const clock = { at: Date.parse("2026-03-01T12:00:00Z") };
  const warnings: object[] = [];
  const verified = new Set<string>();
  const closers: (() => unknown)[] = [];

  beforeAll(async () => {
    database = await openRoom(kind);
  });
  afterAll(() => database.close());
  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
    await database.run("DELETE FROM mail_message");
    verified.clear();
    warnings.length = 0;
  });

  function serviceWith(smtpUrl: string) {
    const [store, now] = [createMailStore(), () => clock.at];
    const transport = createMailTransport({ from: "Muster <m@example.org>", smtpUrl, outbox: "unused" });
    const service = createMailService({
      ...{ store, transport, seal, hash: hashToken, newId, now, wake: () => {} },
      isVerified: async (address) => verified.has(address),
    });
    const { send } = createMailJobs({
      ...{ jobs: someJobs({ isStrict: true }), store, deliver: service.deliver, unseal, now, random: () => 0.5 },
      warn: (fields) => void warnings.push(fields),
    });
    return { ...service, settled: send.settled };
  }
  async function withServer(refusals: number[]) {
    const server = await mailServer(refusals);
    closers.push(server.close);
    return { server, mail: serviceWith(server.url) };
  }
  const rows = () =>
    database.all<{ status: string; content: string; attempts: number; error: string | null }>(
      "SELECT status, content, attempts, error FROM mail_message ORDER BY seq",
    );

  it("sends a message that was greylisted with 451 as soon as the mail server takes it, also from another process", async () => {
    const { server, mail } = await withServer([451, 451]);
    expect(await mail.enqueue(RESET)).toBe("queued");
    await mail.settled();
    expect(await rows()).toMatchObject([{ status: "queued", attempts: 1, error: expect.stringContaining("451") }]);
    await mail.settled();
    expect(server.asked()).toBe(1);
    const other = serviceWith(server.url);
    for (let minute = 0; minute < 3; minute++) {
      clock.at += MINUTE_MS;
      await other.settled();
    }
    expect(server.received).toEqual(["ada@example.org"]);
    expect(await rows()).toMatchObject([{ status: "sent", attempts: 3, content: "" }]);
  });

  it("gives up a message that was refused with 550, without asking again, and says so", async () => {
    const { server, mail } = await withServer([550]);
    await mail.enqueue(RESET);
    await mail.settled();
    clock.at += HOUR_MS / 2;
    await mail.settled();
    expect(server.asked()).toBe(1);
    expect(await rows()).toMatchObject([{ status: "failed", content: "" }]);
    expect(warnings).toMatchObject([{ kind: "reset" }]);
    expect(JSON.stringify(warnings)).not.toContain("ada@");
  });

  it("stops trying when the message is of no use any more", async () => {
    const { server, mail } = await withServer(Array(500).fill(451));
    await mail.enqueue({ ...RESET, expiresAt: clock.at + HOUR_MS });
    for (let minute = 0; minute < 90; minute++) {
      await mail.settled();
      clock.at += MINUTE_MS;
    }
    expect(await rows()).toMatchObject([{ status: "failed", content: "" }]);
    const asked = server.asked();
    expect(asked).toBeGreaterThan(3);
    clock.at += 24 * HOUR_MS;
    await mail.settled();
    expect(server.asked()).toBe(asked);
  });

  it("keeps no link in the clear", async () => {
    const { mail } = await withServer([]);
    await mail.enqueue(RESET);
    const [row] = await rows();
    expect(row!.content).not.toContain("mr_1");
    expect(row!.content).not.toContain("ada");
    expect(JSON.parse(unseal(row!.content))).toMatchObject({ text: RESET.text });
  });

  it("sends an address that is not verified three messages of fixed text an hour, whatever their kind and case", async () => {
    const { mail } = await withServer([]);
    const kinds = ["verification", "reset", "confirmation", "reset"] as const;
    const answers = await Promise.all(kinds.map((kind) => mail.enqueue({ ...RESET, kind, to: "Ada@example.org" })));
    expect(answers.sort()).toEqual(["limited", "queued", "queued", "queued"]);
    expect(await mail.enqueue({ ...RESET, to: "bob@example.org" })).toBe("queued");
    clock.at += HOUR_MS + 1;
    expect(await mail.enqueue(RESET)).toBe("queued");
  });

  it("withholds everything else until the address is verified", async () => {
    const { server, mail } = await withServer([]);
    const transcript: Mail = { ...RESET, kind: "transcript", to: "ADA@example.org" };
    expect(await mail.enqueue(transcript)).toBe("withheld");
    for (const kind of ["notification", "alert"] as const)
      expect(await mail.deliver({ ...RESET, kind })).toMatchObject({
        state: "failed",
        detail: expect.stringContaining("not been verified"),
      });
    expect(server.asked()).toBe(0);
    verified.add(RESET.to).add(transcript.to);
    expect(await mail.enqueue(transcript)).toBe("queued");
    expect(await mail.deliver({ ...RESET, kind: "alert" })).toMatchObject({ state: "sent" });
  });

  it("lets a mail through to an address that agreed to it", async () => {
    const { server, mail } = await withServer([]);
    expect(await mail.deliver({ ...RESET, kind: "alert", isConfirmed: true })).toMatchObject({ state: "sent" });
    expect(server.received).toEqual(["ada@example.org"]);
  });

  it("refuses an address that is two, before anything is stored", async () => {
    const { mail } = await withServer([]);
    await expect(mail.enqueue({ ...RESET, to: "a@example.org, b@example.org" })).rejects.toMatchObject({
      code: "INVALID_INPUT",
    });
    expect(await rows()).toEqual([]);
  });
});
