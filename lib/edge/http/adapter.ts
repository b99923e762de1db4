/**
 * Adapters speak with an original client that differs from its own document (lib/edge/compat). A request is adapted after it
 * was let in, and a reply after it was checked against its contract, so an adapter can neither give a right nor hide a fault.
 */
import type { z } from "zod";
import type { App } from "@/lib/app";
import type { Actor } from "@/lib/core/actor";

/** The caller and the rooms, for replies that need more than the result of the operation. */
export type Asked = { app: App; actor: Actor };

/** Each function returns a changed copy; without it the value stays as it is. */
export type Adapter<R = unknown> = {
  query?(query: Record<string, string>): Record<string, string>;
  /** Is given JSON objects only. */
  body?(body: Record<string, unknown>): unknown;
  /** Is given successful replies of JSON only. */
  reply?(json: R, asked: Asked): unknown;
};

/** The adapter of an operation whose reply has this schema. */
export type AdapterOf<S extends z.ZodType> = Adapter<z.output<S>>;
