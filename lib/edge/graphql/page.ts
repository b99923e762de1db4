/** Keyset pages of the services as GraphQL's connections, and arguments as the services' own contracts read them. */
import type { z } from "zod";
import { AppError } from "@/lib/core/errors";
import type { Listed } from "@/lib/core/pages";
import { check } from "@/lib/edge/http";

export type PageArgs = { first?: number | null; after?: string | null };
export const FIRST_MAX = 200;

/** The services' `limit` and `cursor`, as text: their contracts read query strings. @throws AppError INVALID_INPUT */
export function paging({ first, after }: PageArgs): { limit: string; cursor?: string } {
  const limit = first ?? 50;
  if (limit < 0) throw new AppError("INVALID_INPUT", "first: must be 0 or more", { field: "first" });
  return { limit: String(Math.min(limit, FIRST_MAX)), ...(after && { cursor: after }) };
}

/** A page as a connection without a cursor for each row. `endCursor` is where the next page starts, null at the end. */
export const nodesOf = <T>(nodes: T[], endCursor: string | null) => ({
  nodes,
  pageInfo: { hasNextPage: endCursor !== null, endCursor },
});

/**
 * A page as a connection. `endCursor` is where the next page starts, null at the end.
 *
 * @param show what is shown of a row, where that is not the row itself
 */
export function connectionOf<T extends object>(
  items: readonly Listed<T>[],
  endCursor: string | null,
  show: (row: T) => unknown = (row) => row,
) {
  const edges = items.map(({ row, cursor }) => ({ cursor, node: show(row) }));
  const nodes = edges.map(({ node }) => node);
  return { ...nodesOf(nodes, endCursor), edges };
}

const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
export const camel = (name: string) => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** Drops arguments that are null: they count as not given. */
export const given = (args: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(args).filter(([, value]) => value != null));

/** An argument whose own fields are named as GraphQL does; all others with fields are free-form JSON. */
const INPUT_OBJECT = "filter";

/** Arguments under the names the rooms use. A room would ignore a field of a filter that has another name. */
const asSent = (args: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(given(args)).map(([name, value]) => [
      snake(name),
      name === INPUT_OBJECT && typeof value === "object" ? asSent({ ...value }) : value,
    ]),
  );

/** Arguments of type ID that the bodies of operations have as numbers. */
const NUMBERED: ReadonlySet<string> = new Set(["teamId", "userId"]);

/**
 * Converts ids of teams and people, which GraphQL has as text, to the numbers of a body. A text that is no number stays, and
 * the body's schema refuses it.
 */
export const numbered = (args: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(args).map(([name, value]) => {
      if (NUMBERED.has(name) && typeof value === "string" && /^\d{1,10}$/.test(value)) return [name, Number(value)];
      return [name, name === INPUT_OBJECT && typeof value === "object" && value ? numbered({ ...value }) : value];
    }),
  );

/** Arguments by an operation's own schema. @throws AppError INVALID_INPUT naming the argument */
export function checked<S extends z.ZodType>(schema: S, args: Record<string, unknown>): z.output<S> {
  return check(schema, asSent(args));
}

/** The default resolver: rooms name fields in snake_case, GraphQL in camelCase. */
export function read(source: unknown, name: string): unknown {
  const row = source as Record<string, unknown>;
  return name in row ? row[name] : row[snake(name)];
}

/** The page query of the services, and the arguments of a connection that fill it. */
const PAGING: Record<string, string> = { limit: "first", cursor: "after" };
/**
 * A room's name of a bad field as the caller sent it: `bot_id` came as `botId`, `cursor` as `after`. Keys inside a
 * free-form argument such as `payload` are the caller's own and stay as they are.
 *
 * @param sent names of the arguments in the document
 */
export function argumentName(field: unknown, sent: readonly string[]): string | undefined {
  if (typeof field !== "string" || !field) return undefined;
  const [first = "", ...inner] = field.split(".");
  const argument = [first, camel(first), PAGING[first]].find((name) => name !== undefined && sent.includes(name));
  const isFreeForm = argument !== undefined && argument !== INPUT_OBJECT;
  return [argument ?? camel(first), ...(isFreeForm ? inner : inner.map(camel))].join(".");
}
