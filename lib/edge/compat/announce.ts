/** Lines that the server prints at its start for programs that were written for the documents' own servers. */
import type { Env } from "@/lib/core/env";
import { localAccess } from "@/lib/core/local-access";

type Settings = Pick<Env, "OPEN_BOT_API" | "OPEN_API_CIDRS" | "API_TOKEN">;

/** Returns one paragraph for each thing that an operator should know. `base` is the server's address. */
export function startNotices({ OPEN_BOT_API, OPEN_API_CIDRS, API_TOKEN }: Settings, base: string): string[] {
  const key = `an API key from ${base}/account`;
  const token = API_TOKEN ? `the API_TOKEN of this server, or ${key},` : `${key}, or an API_TOKEN that you set,`;
  const near = ["this machine", ...OPEN_API_CIDRS].join(", ");
  return [
    OPEN_BOT_API
      ? "OPEN_BOT_API is on: anybody who reaches this port can register bots through document 004 and command them.\nUse it on a trusted network only."
      : `Programs of document 004 (/register, /command, …) need a token here: send ${token}\nas Authorization: Bearer <token>, or set OPEN_BOT_API=true on a trusted network.`,
    ...(localAccess.isOn
      ? [
          `OPEN_OPS_API is on: programs on ${near} use the paths of document 002 without a credential, as the first admin.\nPut no proxy in front of this port: its callers would come from this machine.`,
        ]
      : []),
    ...(localAccess.closed ? [`OPEN_OPS_API opens nothing: ${localAccess.closed}.`] : []),
  ];
}
