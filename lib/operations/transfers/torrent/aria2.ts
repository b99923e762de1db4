/** The methods of aria2's JSON-RPC that are needed to download a torrent. */

import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { AppError } from "@/lib/core/errors";
import { readJson } from "@/lib/core/format/json";
import { cutText } from "@/lib/core/format/text";
import { outbound } from "@/lib/core/outbound/index";
import { Hopeless } from "@/lib/operations/transfers/fetch/open";

const ANSWER_MS = 5_000;
/** The longest that a removed download may take to stop. */
const GO_MS = 5_000;

/** aria2 gave no answer. It may still be working on the request. */
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
  /** Present while aria2 checks the bytes on disk. */
  verifiedLength: z.string().optional(),
  verifyIntegrityPending: z.string().optional(),
  dir: z.string().catch(""),
});
export type Aria2Status = z.infer<typeof Status>;
export type Aria2Options = Record<string, string | string[]>;
const KEYS = Object.keys(Status.shape);

const Reply = z.object({ result: z.unknown().optional(), error: z.object({ message: z.string() }).optional() });

export type Aria2 = ReturnType<typeof createAria2>;

/** @param url the address of its RPC; `/jsonrpc` is added if the address has no path */
export function createAria2({ url, secret }: { url: string; secret: string | undefined }) {
  const at = new URL(url);
  if (at.pathname === "/") at.pathname = "/jsonrpc";

  /**
   * @throws Away no answer; Hopeless aria2 refuses the secret, or the torrent for its size; Refused any other refusal
   *   of aria2
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

  /** Returns the status of a download; undefined when aria2 does not know its id. */
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

    /** Stops a download and makes aria2 forget it. Resolves when aria2 writes no more of it. */
    async remove(gid: string): Promise<void> {
      const until = performance.now() + GO_MS;
      for (let now = await status(gid); now && has(now); now = await status(gid)) {
        if (performance.now() > until) throw new Away("GATEWAY_TIMEOUT", "aria2 does not let go of a torrent");
        await unlessGone(call("forceRemove", [gid]));
        await sleep(20);
      }
      await unlessGone(call("removeDownloadResult", [gid]));
    },

    /** Lists the ids and folders of all downloads in aria2. */
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

/** aria2 answered with a refusal. */
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

/** Messages for aria2's exit codes that can end a torrent. `again`: another attempt may succeed. */
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
/** aria2's exit code for a torrent that is already being downloaded for another transfer. */
export const TAKEN = "12";

/** Returns the error for a download that ended. */
export function endOf({ errorCode, errorMessage }: Aria2Status): AppError {
  const known = ENDS[Number(errorCode)];
  const said = errorMessage ? ` (${cutText(errorMessage, 200)})` : "";
  const text = known?.text ?? `aria2 gave it up with code ${errorCode ?? "unknown"}${said}`;
  return known && !known.again ? new Hopeless("BAD_GATEWAY", text) : new AppError("BAD_GATEWAY", text);
}
