/**
 * The browser's way to the REST API: one typed call built on the contracts (ARCHITECTURE: rule 5).
 * Contracts are taken as types alone, so that no page loads zod before a form asks for it: what the server answers was
 * checked against its contract on the server (ARCHITECTURE: rule 5).
 */
import type { z } from "zod";
import { login } from "@/generated/calls/identity/accounts";
import type { Call, Operation } from "@/lib/core/contract";
import { readJson, writeJson } from "@/lib/core/format/json";
import { BUILD_HEADER } from "@/lib/core/page-headers";
import type { StepUpWay } from "@/lib/identity/accounts/step-up/contract";
import { canAskProof, provedAgain } from "./proof";
import { noteBuild } from "./release";
import { currentPageUser, isLeavingPage, pageHeaders, reportEnded, reportReplaced, signedInAgain } from "./session";

type QueryInput<O extends Operation> = O["query"] extends z.ZodObject
  ? { [K in keyof z.input<O["query"]>]?: z.input<O["query"]>[K] | number }
  : never;
type ParamsInput<O extends Operation> = O["params"] extends z.ZodObject ? z.input<O["params"]> : never;
type BodyInput<O extends Operation> = O["body"] extends z.ZodType ? z.input<O["body"]> : never;

export type RequestInput<O extends Operation> = (O["params"] extends z.ZodObject
  ? { params: ParamsInput<O> }
  : { params?: undefined }) &
  (O["body"] extends z.ZodType ? { body: BodyInput<O> } : { body?: undefined }) & {
    query?: QueryInput<O>;
    signal?: AbortSignal;
    /** The version an update was made from. The server refuses the update if another version is stored now. */
    version?: number;
    /** Lets the request finish while the page is being closed. */
    keepalive?: boolean;
    /**
     * The page sends this change by itself, for example a mark "read". If the session has ended it fails instead of
     * waiting for a sign-in, and does not reopen the sign-in dialog that a person closed.
     */
    isBackground?: boolean;
  };

type OperationOf<C extends Call> = C extends Operation ? C : C extends Call<infer O> ? O : never;
/** The response of an operation, as it is read from JSON. */
export type ResponseOf<C extends Call> = z.infer<OperationOf<C>["response"]>;
/** The body of an operation, as callers send it. */
export type BodyOf<C extends Call> = BodyInput<OperationOf<C>>;
export type QueryOf<C extends Call> = OperationOf<C>["query"] extends z.ZodObject
  ? z.input<OperationOf<C>["query"]>
  : never;

type Problem = { message?: string; code?: string; details?: Record<string, unknown>; retryAfter?: number };
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

/** Reads the message of an error from our own format or from document 002's envelope; empty for any other response. */
function readProblem(json: unknown): Problem {
  if (!isObject(json)) return {};
  const { error } = json;
  const { message, code, details, retryAfter } = isObject(error) ? error : { ...json, message: error };
  return {
    message: typeof message === "string" ? message : undefined,
    code: typeof code === "string" ? code : undefined,
    details: isObject(details) ? details : undefined,
    retryAfter: typeof retryAfter === "number" ? retryAfter : undefined,
  };
}

/** A refused or failed call. `status` 0: the server was not reached; `retryAfter` is in seconds. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly field?: string;
  readonly details?: Record<string, unknown>;
  readonly retryAfter?: number;
  /**
   * The session has ended or belongs to somebody else now. Nothing was done, and the request may be sent again after a
   * sign-in.
   */
  readonly isSession: boolean;

  constructor(
    status: number,
    message: string,
    more: { code?: string; details?: Record<string, unknown>; retryAfter?: number; isSession?: boolean } = {},
  ) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.code = more.code ?? (status === 429 ? "RATE_LIMITED" : status === 0 ? "UNREACHABLE" : "INTERNAL_ERROR");
    this.details = more.details;
    this.field = typeof more.details?.field === "string" ? more.details.field : undefined;
    this.retryAfter = more.retryAfter;
    this.isSession = more.isSession ?? false;
  }
}

/** Returns a message for a person, whatever was thrown. */
export function errorText(error: unknown): string {
  if (error instanceof ApiError && error.status === 429) {
    return `Too many requests. Try again in ${error.retryAfter ?? 60} s.`;
  }
  return error instanceof Error ? error.message : "Something went wrong.";
}

/** The details of an update that was refused because another came first: the stored values and their version. */
export function conflictOf(error: unknown): { stored: Record<string, unknown>; version: number } | undefined {
  if (!(error instanceof ApiError) || error.status !== 409) return undefined;
  const { stored, version } = error.details ?? {};
  return isObject(stored) && typeof version === "number" ? { stored, version } : undefined;
}

/**
 * Fills in a path template's parameters and query. The result also works outside this client, for example in a download
 * link.
 */
export function apiPath(
  { path: template }: Call,
  params: Record<string, string> = {},
  query: Record<string, string | number | undefined> = {},
): string {
  const path = template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ""));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== "") search.set(name, String(value));
  }
  const text = search.toString();
  return text ? `${path}?${text}` : path;
}

/**
 * Calls one documented operation, e.g. `request(sendCommand, { params, body })`.
 * Answers the reply in the contract's shape; throws ApiError. A change that finds the session ended waits until the
 * person has signed in over the page, and is then sent again.
 */
export async function request<O extends Operation>(
  call: Call<O>,
  input: RequestInput<O>,
): Promise<z.infer<O["response"]>> {
  const { method, path: template } = call;
  const isWanted = method !== "GET" && !input.isBackground;
  const url = apiPath(
    call,
    input.params as Record<string, string> | undefined,
    input.query as Record<string, string | number | undefined> | undefined,
  );
  const body = input.body === undefined ? undefined : writeJson(input.body);
  const send = async (): Promise<unknown> => {
    const reply = await reach(url, {
      method,
      headers: {
        accept: "application/json",
        ...(body !== undefined && { "content-type": "application/json" }),
        ...(input.version !== undefined && { "if-match": `"${input.version}"` }),
        // A sign-in request does not belong to a session yet.
        ...(template !== login.path && pageHeaders()),
      },
      body,
      signal: input.signal,
      keepalive: input.keepalive,
    });
    const json: unknown = await readBody(reply);
    if (!reply.ok) throw problemOf(reply, template, json, isWanted);
    // Every reply of Muster is an object, so this one came from something else, such as a proxy's sign-in page.
    if (!isObject(json)) throw new ApiError(reply.status, "The answer did not come from Muster.");
    return json;
  };
  return (await withSession(send, { isWanted, isBackground: input.isBackground })) as z.infer<O["response"]>;
}

async function reach(url: string, init: RequestInit): Promise<Response> {
  try {
    const reply = await fetch(url, { credentials: "same-origin", ...init });
    noteBuild(reply.headers.get(BUILD_HEADER));
    return reply;
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiError(0, "The server cannot be reached.");
  }
}

/**
 * Runs `send`, and once more after the page's person has signed in again if the session had ended or changed, or has given
 * a fresh proof if the server asked for one.
 *
 * @param isWanted      whether a person waits for the answer; reads do not wait for a sign-in
 * @param isBackground  the page sends this by itself: it opens no dialog
 */
export async function withSession<T>(
  send: () => Promise<T>,
  { isWanted = true, isBackground = false }: { isWanted?: boolean; isBackground?: boolean } = {},
): Promise<T> {
  for (;;) {
    try {
      return await send();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const mayContinue = error.code === "STEP_UP_REQUIRED" && !isBackground ? await askProof(error) : false;
      if (!mayContinue && !(error.isSession && isWanted && (await signedInAgain()))) throw error;
    }
  }
}

/** Asks for the proof that a refusal demands. @throws ApiError when the person closes the dialog */
async function askProof({ details }: ApiError): Promise<boolean> {
  const ways = Array.isArray(details?.ways) ? (details.ways as StepUpWay[]) : [];
  if (!canAskProof()) return false;
  if (await provedAgain(ways)) return true;
  throw new ApiError(403, "You did not confirm that it is you, so nothing was done.", { code: "STEP_UP_REQUIRED" });
}

/** Reads the JSON of a reply; null when it is not JSON. */
async function readBody(reply: Response): Promise<unknown> {
  try {
    return readJson(await reply.text());
  } catch {
    return null;
  }
}

/**
 * Lets the browser download a file that needs a fresh proof. The browser's own request cannot ask for one, so the first
 * byte is requested before.
 *
 * @throws ApiError
 */
export async function download(path: string): Promise<void> {
  await withSession(async () => {
    const reply = await reach(path, { headers: { ...pageHeaders(), range: "bytes=0-0" } });
    if (!reply.ok) throw problemOf(reply, path, await readBody(reply), true);
    await reply.body?.cancel();
  });
  window.location.assign(path);
}

/** Downloads a file that the server generates. @throws ApiError */
export async function requestFile(path: string): Promise<Blob> {
  const reply = await reach(path, { headers: pageHeaders() });
  if (!reply.ok) throw problemOf(reply, path, await readBody(reply), true);
  return reply.blob();
}

/**
 * A refusing reply as an error. What it says about the session is noted: the page then asks for a sign-in, where it
 * belongs to a person, and leaves for the sign-in page otherwise.
 *
 * @param isWanted whether a person waits for the answer, as opposed to a read or a change in the background
 */
export function problemOf(reply: Response, template: string, json: unknown, isWanted: boolean): ApiError {
  const problem = readProblem(json);
  const more = { code: problem.code, details: problem.details };
  // A 401 from the sign-in request means a wrong password, not an ended session.
  const hasPerson = currentPageUser() !== null && template !== login.path;
  if (hasPerson && reply.status === 401) {
    reportEnded(isWanted);
    return new ApiError(401, "Your session has ended. Sign in, then try again.", { ...more, isSession: true });
  }
  if (hasPerson && problem.code === "SESSION_CHANGED") {
    const { username } = problem.details ?? {};
    reportReplaced(typeof username === "string" ? username : null, isWanted);
    return new ApiError(409, problem.message ?? "Somebody else is signed in now.", { ...more, isSession: true });
  }
  // Sign-in forms show their own 401. Anywhere else a 401 means that the session has ended.
  if (
    reply.status === 401 &&
    !isLeavingPage() &&
    !template.startsWith("/api/auth/") &&
    !template.startsWith("/api/setup")
  ) {
    const here = window.location.pathname + window.location.search;
    window.location.assign(`/login?next=${encodeURIComponent(here)}`);
  }
  return refusalOf({ status: reply.status, text: reply.statusText, json, wait: reply.headers.get("retry-after") });
}

type Refusal = { status: number; text: string | undefined; json: unknown; wait: string | null | undefined };

/** A refusing reply as an error, whatever it means for the page's session; `wait` is its Retry-After. */
export function refusalOf({ status, text, json, wait }: Refusal): ApiError {
  const { message, ...more } = readProblem(json);
  const seconds = Number(wait);
  return new ApiError(status, message ?? (text || `HTTP ${status}`), {
    ...more,
    retryAfter: more.retryAfter ?? (seconds > 0 ? seconds : undefined),
  });
}
