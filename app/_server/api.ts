/**
 * Reads a page's first data from the API, as its reader: with the reader's cookie, address and request id. The server listens
 * for these reads on a private socket, because pages are rendered in a process without a database.
 */
import { Agent, type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import { headers } from "next/headers";
import { ApiError, apiPath, type RequestInput, type ResponseOf, refusalOf } from "@/lib/client/api";
import type { Call, Operation } from "@/lib/core/contract";
import { readJson } from "@/lib/core/format/json";

const FORWARDED = [
  "cookie",
  "host",
  "user-agent",
  "x-request-id",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-proto",
];
const agent = new Agent({ keepAlive: true });
/** The server answers its own pages within this time, or they show an error. */
const TIMEOUT_MS = 30_000;

/** Calls a reading operation. @throws ApiError when the server refuses, or does not answer */
export async function read<O extends Operation>(
  call: Call<O>,
  input: Omit<RequestInput<O>, "signal" | "version" | "keepalive" | "isBackground" | "body">,
): Promise<ResponseOf<Call<O>>> {
  const { params, query } = input as { params?: Record<string, string>; query?: Record<string, string | number> };
  const reply = await send(apiPath(call, params, query));
  const json = parse(await text(reply));
  const { statusCode: status = 0, statusMessage, headers } = reply;
  if (status < 200 || status > 299)
    throw refusalOf({ status, text: statusMessage, json, wait: headers["retry-after"] });
  return json as ResponseOf<Call<O>>;
}

function parse(body: string): unknown {
  try {
    return readJson(body);
  } catch {
    return null;
  }
}

async function send(path: string): Promise<IncomingMessage> {
  const given = await headers();
  const own = FORWARDED.flatMap((name) => {
    const value = given.get(name);
    return value === null ? [] : [[name, value] as const];
  });
  return new Promise((resolve, reject) => {
    const call = request(
      {
        socketPath: process.env.MUSTER_API_SOCKET,
        path,
        agent,
        timeout: TIMEOUT_MS,
        headers: { ...Object.fromEntries(own), accept: "application/json" },
      },
      resolve,
    );
    call.once("timeout", () => call.destroy(new Error("The server did not answer in time")));
    call.once("error", (error) => reject(new ApiError(0, error.message)));
    call.end();
  });
}
