/** aria2's JSON-RPC, of its methods those that fetch a torrent. */

import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { AppError } from "@/lib/core/errors";
import { readJson } from "@/lib/core/format/json";
import { cutText } from "@/lib/core/format/text";
import { outbound } from "@/lib/core/outbound/index";
import { Hopeless } from "@/lib/operations/transfers/fetch/open";

const ANSWER_MS = 5_000;
/** How long one that is told to go may take. */
const GO_MS = 5_000;

/** It gave no answer: what it was doing it may still do. */
export class Away extends AppError {}

const Count = z.coerce.number().int().min(0).catch(0);
const Status = z.object({
  status: z.enum(["active", "waiting", "paused", "error", "complete", "removed"]),
  totalLength: Count,
  completedLength: Count,
  downloadSpeed: Count,
  connections: Count,
  numSeeders: Count,
  errorCode: z.string().optional(),
  errorMessage: z.string().optional(),
  /** There while what lies on the disk is checked. */
  verifiedLength: z.string().optional(),
  verifyIntegrityPending: z.string().optional(),
  dir: z.string().catch(""),
});
export type Aria2Status = z.infer<typeof Status>;
export type Aria2Options = Record<string, string | string[]>;
const KEYS = Object.keys(Status.shape);

const Reply = z.object({ result: z.unknown().optional(), error: z.object({ message: z.string() }).optional() });

export type Aria2 = ReturnType<typeof createAria2>;

/** @param url of its RPC; `/jsonrpc` is added where there is no path */
export function createAria2({ url, secret }: { url: string; secret: string | undefined }) {
  const at = new URL(url);
  if (at.pathname === "/") at.pathname = "/jsonrpc";

  /**
   * @throws Away no answer; Hopeless it refuses the secret, or the torrent for its size; Refused what it says itself
   */
  async function call(method: string, params: unknown[], signal?: AbortSignal): Promise<unknown> {
    const body = JSON.stringify({
      ...{ jsonrpc: "2.0", id: "muster", method: `aria2.${method}` },
      params: [...(secret ? [`token:${secret}`] : []), ...params],
    });
    const reply = await outbound(at.href, {
      ...{ method: "POST", headers: { "content-type": "application/json" }, body, signal },
      ...{ timeoutMs: ANSWER_MS, maxBytes: 16_777_216, redirects: 0, trusted: true },
    }).catch((error) => {
      signal?.throwIfAborted();
      throw new Away("BAD_GATEWAY", `aria2 could not be asked: ${(error as Error).message}`);
    });
    if (reply.status === 413)
      throw new Hopeless("PAYLOAD_TOO_LARGE", "The torrent is larger than aria2 takes (--rpc-max-request-size)");
    const read = Reply.safeParse(parsed(reply.body));
    if (!read.success)
      throw new Away("BAD_GATEWAY", `aria2 answered ${reply.status} and nothing it should (ARIA2_RPC_URL)`);
    const { error, result } = read.data;
    if (error?.message === "Unauthorized")
      throw new Hopeless("BAD_GATEWAY", "aria2 refuses this server: ARIA2_RPC_SECRET must be its --rpc-secret");
    if (error) throw new Refused(error.message);
    return result;
  }
  const unlessGone = <T>(work: Promise<T>): Promise<T | undefined> =>
    work.catch((error) => {
      if (error instanceof Refused && /is not found|cannot be|is not unique/i.test(error.message)) return undefined;
      throw error;
    });

  /** Undefined when it knows none of this id. */
  async function status(gid: string, signal?: AbortSignal): Promise<Aria2Status | undefined> {
    const result = await unlessGone(call("tellStatus", [gid, KEYS], signal));
    return result === undefined ? undefined : Status.parse(result);
  }
  const has = ({ status }: Aria2Status) => ["active", "waiting", "paused"].includes(status);

  return {
    status,
    addUri: (uri: string, options: Aria2Options, signal?: AbortSignal) => call("addUri", [[uri], options], signal),
    addTorrent: (torrent: Buffer, options: Aria2Options, signal?: AbortSignal) =>
      call("addTorrent", [torrent.toString("base64"), [], options], signal),
    pause: (gid: string) => unlessGone(call("forcePause", [gid])),
    unpause: (gid: string, signal?: AbortSignal) => unlessGone(call("unpause", [gid], signal)),
    change: (gid: string, options: Aria2Options, signal?: AbortSignal) =>
      unlessGone(call("changeOption", [gid, options], signal)),

    /** Ends one and has it forgotten. Resolves when it writes no more. */
    async remove(gid: string): Promise<void> {
      const until = performance.now() + GO_MS;
      for (let now = await status(gid); now && has(now); now = await status(gid)) {
        if (performance.now() > until) throw new Away("GATEWAY_TIMEOUT", "aria2 does not let go of a torrent");
        await unlessGone(call("forceRemove", [gid]));
        await sleep(20);
      }
      await unlessGone(call("removeDownloadResult", [gid]));
    },

    /** Ids and folders of everything it knows. */
    async list(): Promise<{ gid: string; dir: string }[]> {
      const keys = ["gid", "dir"];
      const lists = [
        await call("tellActive", [keys]),
        await call("tellWaiting", [0, 1_000, keys]),
        await call("tellStopped", [0, 1_000, keys]),
      ];
      return lists.flatMap((list) => z.array(z.object({ gid: z.string(), dir: z.string().catch("") })).parse(list));
    },
  };
}

/** aria2 answered, and said no. */
class Refused extends AppError {
  constructor(message: string) {
    super("BAD_GATEWAY", `aria2 refused it: ${cutText(message, 300)}`);
  }
}

function parsed(body: Buffer): unknown {
  try {
    return readJson(body.toString("utf8"));
  } catch {
    return undefined;
  }
}

/** aria2's exit codes, for what can end a torrent. `again`: another attempt may do better. */
const ENDS: Record<number, { text: string; again?: true }> = {
  2: { text: "Nobody answered in time", again: true },
  5: { text: "It came too slowly", again: true },
  6: { text: "The network failed", again: true },
  7: { text: "aria2 was stopped before it was done", again: true },
  9: { text: "aria2's disk has no room for it" },
  15: { text: "aria2 could not open a file of it: it must run as the user this server runs as" },
  16: { text: "aria2 could not make a file of it: it must run as the user this server runs as" },
  17: { text: "aria2 could not read or write a file of it" },
  18: { text: "aria2 could not make its folder: it must run as the user this server runs as" },
  19: { text: "A name could not be looked up", again: true },
  25: { text: "aria2 cannot read the torrent" },
  26: { text: "aria2 cannot read the torrent" },
  27: { text: "aria2 cannot read the magnet" },
  29: { text: "The other side is overloaded", again: true },
  32: { text: "What came is not what the torrent says", again: true },
};
/** The torrent is under way for somebody else. */
export const TAKEN = "12";

/** Why one ended, in words. */
export function endOf({ errorCode, errorMessage }: Aria2Status): AppError {
  const known = ENDS[Number(errorCode)];
  const said = errorMessage ? ` (${cutText(errorMessage, 200)})` : "";
  const text = known?.text ?? `aria2 gave it up with code ${errorCode ?? "unknown"}${said}`;
  return known && !known.again ? new Hopeless("BAD_GATEWAY", text) : new AppError("BAD_GATEWAY", text);
}
