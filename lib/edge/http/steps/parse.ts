/** Fourth step: the request's parameters, query and body, as the contract has them. */
import type { z } from "zod";
import type { Operation } from "@/lib/core/contract";
import { AppError } from "@/lib/core/errors";
import { cutText } from "@/lib/core/format/text";
import { expectedVersion, type Incoming } from "../body/incoming";
import { type Dialect, refuseEmptyBody } from "../dialects";
import type { Call, RawParams, RouteConfig } from "../route.types";
import { unknownFieldsOf } from "../unknown-fields";
import { check } from "../validate";
import { parseBody, readText } from "./body";
import type { Caller } from "./identify";

export type Input = {
  params: unknown;
  query: unknown;
  body: unknown;
  version: number | undefined;
  /** Names of fields in the body that the contract does not have. */
  ignored: string[];
};
export type Parser = (call: Call, caller: Caller, rawParams: RawParams) => Promise<Input>;

/** Returns the parser of one route. @throws AppError INVALID_INPUT; NOT_FOUND for an id that cannot exist */
export function createParser({ contract, auth }: RouteConfig): Parser {
  const unknownFields = unknownFieldsOf(contract, auth.includes("bot"));

  return async function parse(call, caller, rawParams) {
    const { req, dialect } = call;
    const params = contract.params ? checkParams(contract.params, rawParams) : undefined;
    const query = contract.query ? checkQuery(contract.query, adaptedQuery(call), dialect) : undefined;
    let body: unknown;
    let ignored: string[] = [];
    if (contract.body) {
      const raw = adaptedBody(call, caller.read ? caller.read.body : parseBody(await readText(call), dialect));
      refuseEmptyBody(dialect, raw);
      body = check(contract.body, raw);
      if (unknownFields) ignored = unknownFields(raw);
    }
    const version = contract.update ? editedVersion(contract, req, body) : undefined;
    return { params, query, body, version, ignored };
  };
}

const adaptedQuery = ({ req, adapter }: Call): Record<string, string> =>
  adapter?.query ? adapter.query(parseQuery(req.query)) : parseQuery(req.query);

const adaptedBody = ({ adapter }: Call, body: unknown): unknown =>
  adapter?.body && body && typeof body === "object" && !Array.isArray(body)
    ? adapter.body(body as Record<string, unknown>)
    : body;

function parseQuery(text: string): Record<string, string> {
  if (!text) return {};
  const query: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(text))
    if (name !== "__proto__" && value !== "") query[name] ??= value;
  return query;
}

/**
 * Checks the query. Document 002's errors also show the value ("Error Response Format"). Errors of a body never do,
 * because it may contain a secret.
 */
function checkQuery(schema: z.ZodType, query: Record<string, string>, dialect: Dialect): unknown {
  try {
    return check(schema, query);
  } catch (error) {
    const { details } = error as AppError;
    const value = query[String(details?.field)];
    if (dialect === "mltb" && details && value !== undefined) details.value = cutText(value, 100);
    throw error;
  }
}

function checkParams(schema: z.ZodType, raw: RawParams): unknown {
  const parsed = schema.safeParse(raw);
  // Ids are opaque to clients: one that cannot exist is answered like one that does not exist.
  if (!parsed.success)
    throw new AppError("NOT_FOUND", `No such ${Object.keys(raw).at(-1)?.replace(/_id$/, "") ?? "resource"}`);
  return parsed.data;
}

/** The version that an update was made from; takes it out of a closed body. @throws AppError INVALID_INPUT */
function editedVersion(contract: Operation, req: Incoming, body: unknown): number | undefined {
  if (contract.update !== "closed") return expectedVersion(req);
  const fields = body as { version?: number };
  const { version } = fields;
  delete fields.version;
  return expectedVersion(req, version);
}
