/**
 * OpenAPI 3.1, generated from the route table and the contracts alone: what is served is what is documented.
 * A test compares both directions.
 */
import { z } from "zod";
import { routeTable } from "@/generated/routes";
import { ERROR_STATUS, ErrorBody } from "@/lib/core/contract";
import { env } from "@/lib/core/env";
import { once } from "@/lib/core/once";
import { VERSION } from "@/lib/core/startup/version";
import { Schemas } from "./openapi.schemas";
import { TAGS, tagOf } from "./openapi.tags";
import type { RouteConfig, RouteHandler } from "./route.types";

type Json = Record<string, unknown>;
export type OpenApiDocument = {
  openapi: string;
  info: Json;
  servers: Json[];
  paths: Record<string, Record<string, Json>>;
  components: Json;
  tags: Json[];
};

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;
const ERROR_TEXT: Record<string, string> = {
  INVALID_INPUT: "Something sent is wrong; `details.field` names it",
  UNAUTHORIZED: "No credential, or one that is not valid",
  SECOND_FACTOR_REQUIRED: "The account needs a second factor too; `details.ways` lists those it has",
  FORBIDDEN: "The credential does not reach that far",
  STEP_UP_REQUIRED: "A session must prove again who uses it; `details.ways` says how",
  SECOND_FACTOR_SETUP_REQUIRED:
    "This server demands a second factor of the account, which has none; `details.path` says where to add one",
  NOT_FOUND: "Not there, or not visible to the caller",
  SUPERSEDED: "Another instance of this bot was kept instead of the caller",
  CONFLICT: "What is stored contradicts it",
  REQUEST_TIMEOUT: "The client sent nothing for too long in the midst of its upload",
  PAYLOAD_TOO_LARGE: "The body is over its limit",
  UNSUPPORTED_MEDIA_TYPE: "The body is compressed, or in another character set than UTF-8",
  RATE_LIMITED: "Too many requests; `retryAfter` says in how many seconds to come back",
  BAD_GATEWAY: "Another service refused, sent an invalid answer, or could not be reached",
  GATEWAY_TIMEOUT: "Another service did not answer in time",
  SESSION_CHANGED: "The page was made for another person than the one whose session the browser sends",
  UNAVAILABLE: "Nothing was stored; come back after `Retry-After` seconds",
  INTERNAL_ERROR: "A fault of the server",
};

/** Document 004's envelope. */
const BS_ERROR = {
  type: "object",
  required: ["status", "message"],
  properties: { status: { const: "error" }, message: { type: "string" } },
};

/** Document 002's envelope. */
const MLTB_ERROR = {
  type: "object",
  required: ["error"],
  properties: {
    error: {
      type: "object",
      required: ["code", "message", "details"],
      properties: { code: { type: "string" }, message: { type: "string" }, details: { type: "object" } },
    },
  },
};
/** GraphQL's own. */
const GRAPHQL_ERROR = {
  type: "object",
  required: ["errors"],
  properties: {
    errors: {
      type: "array",
      items: {
        type: "object",
        required: ["message"],
        properties: { message: { type: "string" }, extensions: { type: "object" } },
      },
    },
  },
};
/** The component with each dialect's error. */
const ENVELOPE = { botManager: "Error", bs: "OpenBotError", mltb: "OperationsError", graphql: "GraphqlError" };
const errorSchema = (dialect: RouteConfig["dialect"] = "botManager"): Json => ({
  $ref: `#/components/schemas/${ENVELOPE[dialect]}`,
});

/**
 * The name of the type of an operation's body or reply, such as `SendCommandInput`. Code generators derive names of their
 * own that end in Body, Params and Response.
 */
const typeName = (id: string, ending: "Input" | "Reply") => `${id.charAt(0).toUpperCase()}${id.slice(1)}${ending}`;

function parameters(schemas: Schemas, config: RouteConfig): Json[] {
  const { params, query } = config.contract;
  const list = (schema: z.ZodObject | undefined, place: "path" | "query") => {
    if (!schema) return [];
    const json = schemas.of(schema, "input") as { properties?: Record<string, Json>; required?: string[] };
    return Object.entries(json.properties ?? {}).map(([name, property]) => ({
      name,
      in: place,
      required: place === "path" || Boolean(json.required?.includes(name)),
      ...(property.description ? { description: property.description } : {}),
      schema: property,
    }));
  };
  const ifMatch = {
    name: "If-Match",
    in: "header",
    required: false,
    description: "The ETag of the reply this edit was made from; 409 when another version is stored by now",
    schema: { type: "string", examples: ['"3"'] },
  };
  return [...list(params, "path"), ...list(query, "query"), ...(config.contract.update ? [ifMatch] : [])];
}

function security(auth: RouteConfig["auth"]): Json[] {
  return [
    ...(auth.includes("user") ? [{ session: [] }, { apiKey: [] }] : []),
    ...(auth.includes("bot") ? [{ botToken: [] }] : []),
    ...(auth.includes("public") ? [{}] : []),
  ];
}

function responses(schemas: Schemas, config: RouteConfig): Json {
  const { contract, auth } = config;
  const success: Json = {
    "application/json": {
      schema: schemas.named(typeName(contract.id, "Reply"), contract.response, "output"),
      ...(contract.example?.response ? { example: contract.example.response } : {}),
    },
  };
  for (const type of contract.alsoProduces ?? []) success[type] = { schema: { type: "string" } };
  const codes = new Set<string>([...contract.errors, "RATE_LIMITED"]);
  if (!auth.includes("public")) codes.add("UNAUTHORIZED");
  if (config.feature) codes.add("FORBIDDEN");
  if (contract.proof) codes.add("FORBIDDEN").add("STEP_UP_REQUIRED");
  if (contract.update) codes.add("CONFLICT");
  if (contract.body || contract.consumes)
    codes.add("INVALID_INPUT").add("PAYLOAD_TOO_LARGE").add("UNSUPPORTED_MEDIA_TYPE");
  if (contract.consumes) codes.add("REQUEST_TIMEOUT");
  const done: Json = { description: "Done", content: success };
  if (contract.etag) done.headers = { ETag: { description: "The version, for If-Match", schema: { type: "string" } } };
  const result: Record<string, Json> = { [contract.status ?? 200]: done };
  for (const code of codes) {
    const status = String(ERROR_STATUS[code as keyof typeof ERROR_STATUS]);
    const others = result[status] ? `${result[status].description}; ` : "";
    result[status] = {
      description: `${others}${code}: ${ERROR_TEXT[code] ?? ""}`,
      content: { "application/json": { schema: errorSchema(config.dialect) } },
    };
  }
  return result;
}

function documented(schemas: Schemas, config: RouteConfig, path: string): Json {
  const { contract } = config;
  return {
    operationId: contract.id,
    summary: contract.summary,
    ...(contract.description ? { description: contract.description } : {}),
    ...(contract.document === "muster" ? {} : { "x-document": contract.document }),
    tags: [tagOf(path)],
    security: security(config.auth),
    ...(config.permission ? { "x-permission": config.permission } : {}),
    ...(contract.proof ? { "x-proof": contract.proof } : {}),
    parameters: parameters(schemas, config),
    ...(contract.body
      ? {
          requestBody: {
            required: true,
            content: {
              "application/json": {
                schema: schemas.named(typeName(contract.id, "Input"), contract.body, "input"),
                ...(contract.example?.body ? { example: contract.example.body } : {}),
              },
            },
          },
        }
      : {}),
    ...(contract.consumes
      ? {
          requestBody: {
            required: true,
            content: Object.fromEntries(
              contract.consumes.map((type) => [type, { schema: { type: "string", format: "binary" } }]),
            ),
          },
        }
      : {}),
    responses: responses(schemas, config),
  };
}

async function build(): Promise<OpenApiDocument> {
  const schemas = new Schemas();
  schemas.of(z.object({ error: ErrorBody }), "output");
  schemas.add("OpenBotError", BS_ERROR);
  schemas.add("OperationsError", MLTB_ERROR);
  schemas.add("GraphqlError", GRAPHQL_ERROR);
  const paths: OpenApiDocument["paths"] = {};
  for (const [file, load] of routeTable) {
    const path = file.replace(/\[(\w+)\]/g, "{$1}");
    const module = (await load()) as Partial<Record<string, RouteHandler>>;
    const operations: Record<string, Json> = {};
    for (const method of METHODS) {
      const handler = module[method];
      if (!handler?.config) continue;
      operations[method.toLowerCase()] = documented(schemas, handler.config, path);
    }
    paths[path] = operations;
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Muster",
      version: VERSION,
      description: "The control plane for bots. Errors are JSON: `{error, code, details?}`. Times are ISO-8601 UTC.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [
      env.PUBLIC_URL
        ? { url: env.PUBLIC_URL.replace(/\/+$/, ""), description: "This server" }
        : { url: "/", description: "The server that this document came from" },
    ],
    tags: TAGS,
    paths,
    components: {
      securitySchemes: {
        session: { type: "apiKey", in: "cookie", name: "session_token", description: "Set by POST /api/auth/login" },
        apiKey: { type: "http", scheme: "bearer", description: "An API key, or the JWT of a login" },
        botToken: {
          type: "http",
          scheme: "bearer",
          description: "A bot's token; also as X-Bot-Token or body field `token`",
        },
      },
      schemas: schemas.all,
    },
  };
}

/** The document, built once per process. */
export const openApi: () => Promise<OpenApiDocument> = once(build);
