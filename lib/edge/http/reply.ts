/** The reply of a handler, before it becomes bytes on a socket. */

/** Text chunks of a streamed body; `return()` is called when the client goes away. */
export type BodyStream = AsyncIterable<string | Uint8Array>;

export type Reply = {
  status: number;
  headers: Record<string, string | string[]>;
  body: string | BodyStream;
};

/** The reply for a path that has no route. */
export const notFound = (message = "Endpoint not found") =>
  ({
    status: 404,
    headers: { "content-type": "application/json; charset=utf-8", "x-content-type-options": "nosniff" },
    body: JSON.stringify({ status: "error", message, error: message }),
  }) satisfies Reply;

/**
 * Returned by a handler that answers something other than its contract's plain JSON: a stream, other headers, a 503.
 * `json` is still checked against the contract.
 */
export class Custom {
  constructor(
    readonly reply: {
      status?: number;
      headers?: Record<string, string | string[]>;
      json?: unknown;
      stream?: BodyStream;
      contentType?: string;
    },
  ) {}
}

/** Asks for cookies beside the documented body. */
export const withCookies = (json: unknown, cookies: string[]): Custom =>
  new Custom({ json, headers: cookies.length > 0 ? { "set-cookie": cookies } : {} });

/** Redirects a browser. The address may contain a token, so no Referer is sent on. */
export const redirectTo = (location: string, cookies: string[] = []): Custom =>
  new Custom({
    status: 302,
    json: { message: "Redirecting" },
    headers: { location, "referrer-policy": "no-referrer", ...(cookies.length > 0 && { "set-cookie": cookies }) },
  });
