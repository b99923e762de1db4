/**
 * Hands one message to the mail server; without SMTP_URL it becomes a file in DATA_DIR/outbox. Callers outside this room
 * use the queue in service.ts, which retries and withholds.
 */
import { chmod, mkdir, readdir, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";

export type Envelope = { to: string; subject: string; text: string; html?: string };
/** `retry`: the mail server may take it later. */
export type Delivered = { state: "sent" | "retry" | "failed"; detail: string };
type Deps = {
  from: string;
  /** smtp:// or smtps:// with optional user:password. */
  smtpUrl: string | undefined;
  outbox: string;
};

/** Matches exactly one address: no list, no display name, and nothing that could start another header. */
const ADDRESS = /^[^\s@,;<>"()[\]\\:]+@[^\s@,;<>"()[\]\\:]+$/;
const OUTBOX_MAX = 500;
const REACH_EVERY_MS = 60_000;
const TIMEOUTS = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000 };

/** Creates the value at the first call. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/**
 * Decides what a refusal means for the message. A reply of 5xx is final, except one against our own sign-in, which an admin
 * mends; 4xx (greylisting, a full mailbox) and a server that cannot be reached are not.
 */
function verdict(error: unknown, to: string): Delivered {
  const { code, responseCode, message } = error as { code?: string; responseCode?: number; message?: string };
  const isFinal = (responseCode ?? 0) >= 500 && code !== "EAUTH";
  // Mail servers like to repeat the address, and this text is stored and logged.
  const detail = (message ?? String(error)).replaceAll(to, "the address").replace(/\s+/g, " ");
  return { state: isFinal ? "failed" : "retry", detail };
}

export function createMailTransport({ from, smtpUrl, outbox }: Deps) {
  // Loaded with the first message.
  const smtp = smtpUrl
    ? once(async () => (await import("nodemailer")).createTransport({ url: smtpUrl, ...TIMEOUTS }))
    : undefined;
  let asked: { until: number; answer: Promise<unknown> } | undefined;
  const composer = once(async () =>
    (await import("nodemailer")).createTransport({ streamTransport: true, buffer: true, newline: "windows" }),
  );

  /** Messages contain reset links, so only the server's own user may read the folder and its files. */
  async function toOutbox(mail: Envelope) {
    const { message } = await (await composer()).sendMail({ from, ...mail });
    await mkdir(outbox, { recursive: true, mode: 0o700 });
    await chmod(outbox, 0o700);
    await writeFile(join(outbox, `${newId("mail")}.eml`), message as Buffer, { mode: 0o600, flag: "wx" });
    const kept = (await readdir(outbox)).filter((name) => name.endsWith(".eml")).sort();
    for (const name of kept.slice(0, Math.max(0, kept.length - OUTBOX_MAX))) await unlink(join(outbox, name));
  }

  /** @throws AppError INVALID_INPUT naming the field */
  function check({ to, subject }: Pick<Envelope, "to" | "subject">): void {
    if (to.length > 254 || !ADDRESS.test(to))
      throw new AppError("INVALID_INPUT", "to: must be one email address", { field: "to" });
    if (/[\r\n\0]/.test(subject))
      throw new AppError("INVALID_INPUT", "subject: must be one line", { field: "subject" });
  }

  return {
    /**
     * Hands over one message to one address.
     *
     * @throws AppError INVALID_INPUT  the address is not a single address, or the subject holds a line break
     */
    async deliver({ to, subject, text, html }: Envelope): Promise<Delivered> {
      check({ to, subject });
      try {
        if (smtp) await (await smtp()).sendMail({ from, to, subject, text, html });
        else await toOutbox({ to, subject, text, html });
        return { state: "sent", detail: "" };
      } catch (error) {
        return verdict(error, to);
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

    check,

    /** The destination of mail, for the system page, without the credentials of SMTP_URL. */
    status(): { mode: "smtp" | "outbox"; where: string } {
      return smtpUrl ? { mode: "smtp", where: new URL(smtpUrl).host } : { mode: "outbox", where: outbox };
    },
  };
}

export type MailTransport = ReturnType<typeof createMailTransport>;
