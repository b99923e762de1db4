/** Takes the requests of other programs. Whoever knows the token may send, so the answers tell nothing about bots. */
import type { Origin } from "@/lib/core/acts";
import { describeAct } from "@/lib/core/acts";
import { MAX_NESTING, nestsWithin } from "@/lib/core/contract";
import { AppError } from "@/lib/core/errors";
import { NumberRangeError, readJson } from "@/lib/core/format/json";
import { cutText } from "@/lib/core/format/text";
import { hashToken } from "@/lib/core/secrets";
import { READ_HEADERS, REPEAT_HOURS, REQUESTS_PER_MINUTE } from "./contract.constants";
import { actionFrom, type Making } from "./making";
import { isSigned } from "./signatures";
import type { IncomingStore } from "./store";
import type { HookRow } from "./store.rows";
import type { Values } from "./template";

type Deps = {
  store: Pick<IncomingStore, "byToken" | "countRequest" | "claim" | "settle" | "noteRefusal">;
  making: Pick<Making, "make">;
  unseal(text: string): string;
  now(): number;
  newId(prefix: string): string;
};
/** A request, or a message, of another program. */
export type IncomingRequest = {
  header(name: string): string | undefined;
  /** Reads the body, as bytes for the signature and as text. @throws AppError  too large, or not UTF-8 */
  read(): Promise<{ bytes: Buffer; text: string }>;
  /** Absent for a message of a queue. */
  origin?: Origin;
};
type Received = { delivery_id: string; outcome: "done" | "skipped"; command_id: string | null; repeated: boolean };

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** A request that was claimed this long ago and not settled belonged to a process that died. */
const LOST_MS = 60_000;
const REASON_MAX = 500;
const ID_HEADERS = ["webhook-id", "x-github-delivery", "idempotency-key"];

/** Returns the hash of the id that the sender gave the request. */
function repeatKeyOf({ header }: Pick<IncomingRequest, "header">): string | null {
  for (const name of ID_HEADERS) {
    const id = header(name);
    if (id) return hashToken(`${name}:${id}`);
  }
  return null;
}

/** Returns the headers that templates may read. */
const readHeaders = ({ header }: Pick<IncomingRequest, "header">): Values["headers"] =>
  Object.fromEntries(READ_HEADERS.map((name) => [name, header(name)]));

/** Parses the body. @throws INVALID_INPUT, UNSUPPORTED_MEDIA_TYPE */
function parsed(text: string, contentType: string | undefined): unknown {
  if (contentType && /form/i.test(contentType))
    throw new AppError("UNSUPPORTED_MEDIA_TYPE", "Content-Type: send application/json; forms are not read here", {
      field: "Content-Type",
    });
  if (!nestsWithin(text)) throw new AppError("INVALID_INPUT", `The body is nested deeper than ${MAX_NESTING} levels`);
  try {
    return readJson(text);
  } catch (error) {
    const isRange = error instanceof NumberRangeError;
    throw new AppError("INVALID_INPUT", isRange ? error.message : "The body is not valid JSON");
  }
}

/** PostgreSQL stores no NUL in texts. */
const reasonOf = ({ message }: AppError): string => cutText(message.replaceAll("\0", "\uFFFD"), REASON_MAX);

/** Builds the function that reads requests and checks their signatures. */
function createAccepting({ store, unseal, now, newId }: Omit<Deps, "making">) {
  /** Reads a request that its sender signed. @throws AppError  noted in the log of the webhook */
  return async function accept(row: HookRow, request: IncomingRequest) {
    let bytes: Buffer = Buffer.alloc(0);
    try {
      const read = await request.read();
      bytes = read.bytes;
      const secret = row.secret === null ? null : unseal(row.secret);
      if (!isSigned(row.signature as Parameters<typeof isSigned>[0], secret, { bytes, header: request.header }))
        throw new AppError("FORBIDDEN", "The signature is missing or wrong: check the secret at the sender");
      return { body: parsed(read.text, request.header("content-type")), size: bytes.length };
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      await store.noteRefusal(row, { id: newId("ind"), at: now(), reason: reasonOf(error), bytes: bytes.length });
      throw error;
    }
  };
}

/** Builds what takes requests. */
export function createReceiving(deps: Deps) {
  const { store, making, now, newId } = deps;
  const accept = createAccepting(deps);

  /** Counts a request. @throws RATE_LIMITED */
  async function count({ id, minute: last, requests }: HookRow, at: number): Promise<void> {
    const minute = Math.floor(at / MINUTE_MS);
    const isFull = last === minute && requests >= REQUESTS_PER_MINUTE;
    if (!isFull && (await store.countRequest(id, minute)) <= REQUESTS_PER_MINUTE) return;
    const wait = Math.ceil(((minute + 1) * MINUTE_MS - at) / 1000);
    throw new AppError("RATE_LIMITED", `At most ${REQUESTS_PER_MINUTE} requests a minute`, undefined, wait);
  }

  /** Works on a request that is claimed. @throws CONFLICT the action could not be performed; UNAVAILABLE */
  async function work(row: HookRow, values: Values, claimed: { id: string; key: string | null; origin?: Origin }) {
    const settle = (outcome: "done" | "skipped" | "failed", reason: string | null, command_id: string | null) =>
      store.settle(claimed.id, row.id, { outcome, reason, command_id }, now());
    try {
      const action = actionFrom(row, values);
      if (!action) {
        await settle("skipped", "Its condition did not apply", null);
        return { outcome: "skipped", command_id: null } as const;
      }
      const command_id = await making.make(row, action, claimed);
      await settle("done", null, command_id);
      return { outcome: "done", command_id } as const;
    } catch (error) {
      const known = error instanceof AppError;
      await settle("failed", known ? reasonOf(error) : "The server could not do it", null);
      if (!known || error.code === "UNAVAILABLE") throw error;
      throw new AppError("CONFLICT", "The webhook could not do this: its log says why");
    }
  }

  /** Takes one request to a webhook. @throws AppError as `receive`, without NOT_FOUND and RATE_LIMITED */
  async function take(row: HookRow, request: IncomingRequest): Promise<Received> {
    const at = now();
    const { body, size } = await accept(row, request);
    const [delivery_id, key] = [newId("ind"), repeatKeyOf(request)];
    const claimed = await store.claim(
      { id: delivery_id, hook_id: row.id, repeat_key: key, at, bytes: size },
      { from: at - REPEAT_HOURS * HOUR_MS, lost: at - LOST_MS },
    );
    if (claimed !== "claimed") {
      const { id, outcome, command_id } = claimed;
      if (outcome !== "done" && outcome !== "skipped")
        throw new AppError("CONFLICT", "The same request is being worked on: send it again later", undefined, 5);
      return { delivery_id: id, outcome, command_id, repeated: true };
    }
    const values = { body, headers: readHeaders(request) };
    const made = await work(row, values, { id: delivery_id, key, origin: request.origin });
    return { delivery_id, ...made, repeated: false };
  }

  /**
   * Takes one request over HTTP.
   *
   * @throws NOT_FOUND      no webhook has the token, or it is paused
   * @throws RATE_LIMITED   more than REQUESTS_PER_MINUTE arrived in this minute
   * @throws FORBIDDEN      the signature is missing or wrong
   * @throws INVALID_INPUT, PAYLOAD_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE  the body is not accepted
   * @throws CONFLICT       the action could not be performed, or the same request is being worked on
   */
  async function receive(token: string, request: IncomingRequest): Promise<Received> {
    // The token is a credential: a record of a refusal must not name it.
    describeAct({ target: { type: "incoming_webhook", id: "unknown" } });
    const row = await store.byToken(hashToken(token));
    if (!row || row.paused === 1) throw new AppError("NOT_FOUND", "No such incoming webhook");
    describeAct({ target: { type: "incoming_webhook", id: row.id, name: row.name }, team_id: row.team_id });
    await count(row, now());
    return take(row, request);
  }

  return { take, receive };
}

export type Receiving = ReturnType<typeof createReceiving>;
