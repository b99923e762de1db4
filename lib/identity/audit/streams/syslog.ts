/** Entries of the audit log as messages of syslog (RFC 5424), and their framing on a connection (RFC 6587, RFC 5425). */
import type { AuditEntry } from "@/lib/identity/audit/contract";

/** The facility "log audit" (13). */
const FACILITY = 13 * 8;
const SEVERITY = { done: 6, refused: 4, failed: 3 } as const;
/** The number that RFC 5612 reserves for examples; names of structured data need one. */
const STRUCTURE = "muster@32473";

/** A value of structured data: quotes, backslashes and closing brackets are escaped. */
const quoted = (value: string): string => `"${value.replace(/["\\\]]/g, (sign) => `\\${sign}`)}"`;
const ascii = (text: string): string =>
  text.replace(/[\u0080-\uffff]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
/** A header field: printable ASCII without spaces. */
const field = (text: string, max: number): string => text.replace(/[^\x21-\x7e]/g, "_").slice(0, max) || "-";

/** One message. Its text is the entry as JSON, in ASCII, so that no receiver has to guess an encoding. */
export function syslogMessage(entry: AuditEntry, hostname: string): string {
  const { by, target, seal } = entry;
  const facts = {
    id: entry.id,
    ...(seal && { position: String(seal.position), hash: seal.hash }),
    ...{ outcome: entry.outcome, by: by.kind },
    ...(by.id !== null && { by_id: by.id }),
    ...(target && { target: `${target.type}:${target.id}` }),
  };
  const structure = Object.entries(facts)
    .map(([name, value]) => ` ${name}=${quoted(ascii(value))}`)
    .join("");
  const head = `<${FACILITY + SEVERITY[entry.outcome]}>1 ${entry.at} ${field(hostname, 255)} muster - ${field(entry.action, 32)}`;
  return `${head} [${STRUCTURE}${structure}] ${ascii(JSON.stringify(entry))}`;
}

/** Messages as a connection carries them: each after its length. */
export const framed = (messages: readonly string[]): Buffer =>
  Buffer.from(messages.map((text) => `${Buffer.byteLength(text)} ${text}`).join(""));
