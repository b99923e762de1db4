/** A small client of the server under test. Replies of known operations are parsed with their contract. */
import type { z } from "zod";
import { ERROR_STATUS, ErrorBody, type ErrorCode, type Operation } from "@/lib/core/contract";
import { theServer } from "./the-server";

export type Answer = { status: number; headers: Headers; text: string; json: Json };
// biome-ignore lint/suspicious/noExplicitAny: replies are looked into freely by tests, after they were checked
export type Json = any;

/** Converts an error body from document 002's or the common envelope to one form. */
export function errorOf(json: Json): z.infer<typeof ErrorBody> {
  const inner = json?.error;
  return ErrorBody.parse(
    inner && typeof inner === "object" ? { error: inner.message, ...inner, message: undefined } : json,
  );
}

type Send = {
  params?: Record<string, string>;
  query?: Record<string, string | number>;
  body?: unknown;
  headers?: Record<string, string>;
};

export class Api {
  constructor(
    readonly base: string = theServer().url,
    readonly headers: Record<string, string> = {},
  ) {}

  /** The same server with another credential. */
  with(headers: Record<string, string>): Api {
    return new Api(this.base, headers);
  }
  bearer(token: string): Api {
    return this.with({ authorization: `Bearer ${token}` });
  }

  /** Sends a request and checks only that JSON is valid. `line` is "GET /api/bot/{bot_id}/info". */
  async send(line: string, { params = {}, query = {}, body, headers = {} }: Send = {}): Promise<Answer> {
    const [method, template] = line.split(" ") as [string, string];
    const path = template.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(params[name] ?? `{${name}}`));
    const search = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)])).toString();
    const response = await fetch(`${this.base}${path}${search && `?${search}`}`, {
      method,
      redirect: "manual",
      headers: {
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...this.headers,
        ...headers,
      },
      body: body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body),
    });
    const text = await response.text();
    const json =
      response.headers.get("content-type")?.includes("application/json") && text ? JSON.parse(text) : undefined;
    return { status: response.status, headers: response.headers, text, json };
  }

  /** Calls an operation that must succeed. @throws Error unless it answers 200 with a body that fits its contract */
  async call<O extends Operation>(operation: O, input: Send = {}): Promise<z.infer<O["response"]>> {
    const line = `${operation.method} ${operation.path}`;
    const answer = await this.send(line, input);
    if (answer.status !== 200) throw new Error(`${line} answered ${answer.status}: ${answer.text.slice(0, 500)}`);
    return operation.response.parse(answer.json) as z.infer<O["response"]>;
  }

  /** Calls an operation that must fail with this code in the documented form. Returns the error body. */
  async refused(line: string, code: ErrorCode, input: Send = {}): Promise<z.infer<typeof ErrorBody>> {
    const answer = await this.send(line, input);
    if (answer.status !== ERROR_STATUS[code])
      throw new Error(`${line} answered ${answer.status}, not ${ERROR_STATUS[code]}: ${answer.text.slice(0, 500)}`);
    const body = errorOf(answer.json);
    if (body.code !== code) throw new Error(`${line} answered code ${body.code}, not ${code}`);
    return body;
  }
}
