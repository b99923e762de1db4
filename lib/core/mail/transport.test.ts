import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SMTPServer } from "smtp-server";
import { afterEach, describe, expect, it } from "vitest";
import { createMailTransport } from "./transport";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const FROM = "Muster <muster@example.org>";
const MESSAGE = { to: "ada@example.org", subject: "Grüße", text: "Line one\nLine two\n" };

async function smtp(options: { refuse?: Error; locked?: boolean } = {}) {
  const received: { to: string[]; from: string; raw: string; user: unknown }[] = [];
  const server = new SMTPServer({
    disabledCommands: ["STARTTLS"],
    authOptional: true,
    allowInsecureAuth: true,
    onAuth: (auth, _session, done) =>
      options.locked ? done(new Error("who are you")) : done(null, { user: `${auth.username}:${auth.password}` }),
    onRcptTo: (_address, _session, done) => done(options.refuse ?? null),
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk) => chunks.push(chunk));
      stream.on("end", () => {
        const { mailFrom, rcptTo } = session.envelope;
        received.push({
          from: mailFrom ? mailFrom.address : "",
          to: rcptTo.map((one) => one.address),
          raw: Buffer.concat(chunks).toString("utf8"),
          user: session.user,
        });
        done();
      });
    },
  });
  server.listen(0, "127.0.0.1");
  await once(server.server, "listening");
  closers.push(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const { port } = server.server.address() as AddressInfo;
  return { port, received };
}

function outboxService() {
  const folder = mkdtempSync(join(tmpdir(), "muster-mail-"));
  closers.push(() => rmSync(folder, { recursive: true, force: true }));
  const outbox = join(folder, "outbox");
  return { outbox, mail: createMailTransport({ from: FROM, smtpUrl: undefined, outbox }) };
}

describe("through SMTP", () => {
  it("hands the message to the server, signed in with the URL's credentials", async () => {
    const { port, received } = await smtp();
    const mail = createMailTransport({ from: FROM, smtpUrl: `smtp://bob:pa%3Ass@127.0.0.1:${port}`, outbox: "unused" });
    await mail.deliver({ ...MESSAGE, html: "<p>Line one</p>" });
    expect(received).toHaveLength(1);
    expect(received[0]).toMatchObject({ from: "muster@example.org", to: ["ada@example.org"], user: "bob:pa:ss" });
    expect(received[0]!.raw).toContain("multipart/alternative");
    expect(received[0]!.raw).toMatch(/^Subject: =\?UTF-8\?/m);
    expect(mail.status()).toEqual({ mode: "smtp", where: `127.0.0.1:${port}` });
  });

  it("tells a refusal for good from one for now, without repeating the address", async () => {
    const refusing = (code: number) =>
      smtp({ refuse: Object.assign(new Error("not <ada@example.org>"), { responseCode: code }) });
    for (const [code, state] of [
      [550, "failed"],
      [451, "retry"],
    ] as const) {
      const { port } = await refusing(code);
      const mail = createMailTransport({ from: FROM, smtpUrl: `smtp://127.0.0.1:${port}`, outbox: "unused" });
      const result = await mail.deliver(MESSAGE);
      expect(result).toMatchObject({ state, detail: expect.stringContaining(String(code)) });
      expect(result.detail).not.toContain("ada@");
    }
  });

  it("keeps a message for later while the mail server is away or refuses our own sign-in", async () => {
    const away = createMailTransport({ from: FROM, smtpUrl: "smtp://127.0.0.1:1", outbox: "unused" });
    expect(await away.deliver(MESSAGE)).toMatchObject({ state: "retry" });
    const { port } = await smtp({ locked: true });
    const strange = createMailTransport({ from: FROM, smtpUrl: `smtp://a:b@127.0.0.1:${port}`, outbox: "unused" });
    expect(await strange.deliver(MESSAGE)).toMatchObject({ state: "retry" });
  });
});

describe("reach", () => {
  it("asks the mail server once a minute, and repeats its refusal", async () => {
    const { port } = await smtp();
    const mail = createMailTransport({ from: FROM, smtpUrl: `smtp://127.0.0.1:${port}`, outbox: "unused" });
    await mail.reach(0);
    const nobody = createMailTransport({ from: FROM, smtpUrl: "smtp://127.0.0.1:1", outbox: "unused" });
    const first = await nobody.reach(0).catch((error) => error);
    expect(first).toMatchObject({ code: "ESOCKET" });
    expect(await nobody.reach(59_999).catch((error) => error)).toBe(first);
    expect(await nobody.reach(60_000).catch((error) => error)).not.toBe(first);
    await outboxService().mail.reach(0);
  });
});

describe("without SMTP_URL", () => {
  it("writes one .eml file a message that only the server's user may read", async () => {
    const { outbox, mail } = outboxService();
    await mail.deliver(MESSAGE);
    const [name] = readdirSync(outbox);
    const file = join(outbox, name!);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(outbox).mode & 0o777).toBe(0o700);
    const text = readFileSync(file, "utf8");
    expect(text).toContain("To: ada@example.org\r\n");
    expect(text).toContain("Line one\r\nLine two");
    expect(mail.status()).toEqual({ mode: "outbox", where: outbox });
  });
});

describe("header injection", () => {
  it.each([
    ["to", { ...MESSAGE, to: "ada@example.org\r\nBcc: eve@example.org" }],
    ["to", { ...MESSAGE, to: "ada@example.org, eve@example.org" }],
    ["to", { ...MESSAGE, to: "Eve <eve@example.org>" }],
    ["to", { ...MESSAGE, to: "not-an-address" }],
    ["subject", { ...MESSAGE, subject: "Hi\r\nBcc: eve@example.org" }],
  ])("refuses a bad %s with INVALID_INPUT and sends nothing", async (field, message) => {
    const { outbox, mail } = outboxService();
    await expect(mail.deliver(message)).rejects.toMatchObject({ code: "INVALID_INPUT", details: { field } });
    expect(() => readdirSync(outbox)).toThrow();
  });
});
