/** Checks input against a contract's schema, with errors that name the field. */
import type { z } from "zod";
import { AppError } from "@/lib/core/errors";
import { wording } from "./validation-messages";

/** @throws AppError INVALID_INPUT naming the first bad field, with all issues in details */
export function check<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value, { error: wording });
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.slice(0, 20).map((issue) => deepest(issue));
  const first = issues[0]!;
  throw new AppError("INVALID_INPUT", first.field ? `${first.field}: ${first.message}` : first.message, {
    field: first.field,
    issues,
  });
}

type Issue = { path: PropertyKey[]; message: string; code?: string; errors?: Issue[][]; keys?: string[] };
/** Among a union's alternatives, picks the issue that lies deepest: it says most. */
function deepest(issue: Issue, prefix: PropertyKey[] = []): { field: string; message: string } {
  const path = [...prefix, ...issue.path];
  if (issue.code === "invalid_union" && issue.errors?.length) {
    const best = issue.errors
      .flat()
      .map((inner) => ({ inner, depth: inner.path.length }))
      .sort((a, b) => b.depth - a.depth)[0];
    if (best && best.depth > 0) return deepest(best.inner, path);
  }
  const [unknown] = issue.keys ?? [];
  if (unknown !== undefined) return { field: [...path.map(String), unknown].join("."), message: "is not a field here" };
  return { field: path.map(String).join("."), message: issue.message };
}
