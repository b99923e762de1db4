/** The hashes of the audit log, keyed by the server's key: whoever can write to the database only cannot make them. */
import { createHmac } from "node:crypto";
import type { NewRecord } from "./record";

export type Sealed = { seq: number; position: number; mac: string };

/** The order of the columns in a row's hash. A newer column follows them with its name, and only when it is not null. */
const COLUMNS = [
  ...["id", "at", "action", "outcome", "code", "by_kind", "by_id", "by_name", "user_id", "key_id", "session_id"],
  ...["address", "user_agent", "request_id", "target_type", "target_id", "target_name", "bot_id", "detail"],
] as const satisfies readonly (keyof NewRecord)[] | readonly string[];

export function createChain(key: () => Buffer) {
  const hmac = (text: string) => createHmac("sha256", key()).update(text).digest("base64url");
  /** Tells which key made a hash, so that a changed key is not taken for changed rows. */
  const keyName = () => hmac("key").slice(0, 6);
  return {
    /** The hash of a row's content, made when the row is written. */
    macOf(record: NewRecord): string {
      const content: unknown[] = COLUMNS.map((name) => record[name as keyof NewRecord]);
      if (record.team_id !== null) content.push("team_id", record.team_id);
      return `${keyName()}.${hmac(JSON.stringify(content))}`;
    },
    /** The hash of a row's place: it names the row before by that row's hash. */
    hashOf: (before: string, { seq, position, mac }: Sealed): string =>
      hmac(JSON.stringify([before, position, seq, mac])),
    signatureOf: (checkpoint: { position: number; hash: string; at: number; deleted: number }): string => {
      const { position, hash, at, deleted } = checkpoint;
      return hmac(JSON.stringify(["checkpoint", position, hash, at, deleted]));
    },
    isOfOtherKey: (mac: string): boolean => !mac.startsWith(`${keyName()}.`),
  };
}
export type Chain = ReturnType<typeof createChain>;
