/** Outgoing mail. With SMTP_URL it goes to that server; without, each message becomes a file in DATA_DIR/outbox. */
import { chmod, mkdir, readdir, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AppError, unavailable } from "@/lib/errors";
import { newId } from "@/lib/ids";

export type Mail = { to: string; subject: string; text: string; html?: string };
type Deps = {
  from: string;
  /** smtp:// or smtps:// with optional user:password. */
  smtpUrl: string | undefined;
  outbox: string;
};

/** One address and no more: no list, no display name, nothing that could begin another header. */
const ADDRESS = /^[^\s@,;<>"()[\]\\:]+@[^\s@,;<>"()[\]\\:]+$/;
const OUTBOX_MAX = 500;
const REACH_EVERY_MS = 60_000;
const TIMEOUTS = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000 };

/** Makes it when it is first asked for. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

export function createMailService({ from, smtpUrl, outbox }: Deps) {
  // Loaded with the first message.
  const smtp = smtpUrl
    ? once(async () => (await import("nodemailer")).createTransport({ url: smtpUrl, ...TIMEOUTS }))
    : undefined;
  let asked: { until: number; answer: Promise<unknown> } | undefined;
  const composer = once(async () =>
    (await import("nodemailer")).createTransport({ streamTransport: true, buffer: true, newline: "windows" }),
  );

  /** Messages hold reset links: the folder and its files are the server's own user's alone. */
  async function toOutbox(mail: Mail) {
    const { message } = await (await composer()).sendMail({ from, ...mail });
    await mkdir(outbox, { recursive: true, mode: 0o700 });
    await chmod(outbox, 0o700);
    await writeFile(join(outbox, `${newId("mail")}.eml`), message as Buffer, { mode: 0o600, flag: "wx" });
    const kept = (await readdir(outbox)).filter((name) => name.endsWith(".eml")).sort();
    for (const name of kept.slice(0, Math.max(0, kept.length - OUTBOX_MAX))) await unlink(join(outbox, name));
  }

  return {
    /**
     * Sends one message to one address.
     *
     * @throws AppError INVALID_INPUT  the address is not a single address, or the subject holds a line break
     * @throws AppError UNAVAILABLE    the mail server did not take it
     */
    async send(mail: Mail): Promise<void> {
      if (mail.to.length > 254 || !ADDRESS.test(mail.to))
        throw new AppError("INVALID_INPUT", "to: is not one e-mail address", { field: "to" });
      if (/[\r\n\0]/.test(mail.subject))
        throw new AppError("INVALID_INPUT", "subject: must be one line", { field: "subject" });
      if (!smtp) return toOutbox(mail);
      try {
        await (await smtp()).sendMail({ from, ...mail });
      } catch (error) {
        const failure = unavailable("The mail server did not take the message", 60);
        failure.cause = error;
        throw failure;
      }
    },

    /**
     * Whether the mail server answers and takes our credentials; asked at most once a minute. Without SMTP_URL there is
     * nothing to ask. Rejects with the mail server's words.
     */
    async reach(at: number): Promise<void> {
      if (!smtp) return;
      if (!asked || asked.until <= at)
        asked = { until: at + REACH_EVERY_MS, answer: smtp().then((server) => server.verify()) };
      await asked.answer;
    },

    /** Where mail goes, for the system page: never the credentials of SMTP_URL. */
    status(): { mode: "smtp" | "outbox"; where: string } {
      return smtpUrl ? { mode: "smtp", where: new URL(smtpUrl).host } : { mode: "outbox", where: outbox };
    },
  };
}

export type MailService = ReturnType<typeof createMailService>;
