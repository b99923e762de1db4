import type { z } from "zod";

const KINDS: Record<string, string> = {
  string: "a string",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "an array",
  object: "a JSON object",
  record: "a JSON object",
};
const FORMATS: Record<string, string> = {
  email: "must be an email address",
  url: "must be a URL",
  date: "must be a date such as 2026-01-31",
};

/**
 * Explains an issue to the sender of the input; undefined keeps zod's message. A contract's own message comes first.
 */
export function wording(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case "invalid_type": {
      const kind = KINDS[issue.expected];
      if (!issue.path?.length) return kind && `Send ${kind}`;
      return issue.input === undefined ? "is required" : kind && `must be ${kind}`;
    }
    case "invalid_value":
      if (issue.input === undefined && issue.path?.length) return "is required";
      return `must be ${issue.values.length > 1 ? "one of " : ""}${issue.values.join(", ")}`;
    case "too_small":
      if (issue.origin === "string" && issue.minimum === 1) return "may not be empty";
      return `must ${size(issue.origin, "at least", issue.minimum)}`;
    case "too_big":
      return `must ${size(issue.origin, "at most", issue.maximum)}`;
    case "invalid_format":
      return FORMATS[issue.format];
    default:
      return undefined;
  }
}

function size(origin: string, bound: string, limit: number | bigint): string {
  if (origin === "string") return `have ${bound} ${limit} characters`;
  if (origin === "array" || origin === "set") return `have ${bound} ${limit} ${limit === 1 ? "entry" : "entries"}`;
  return `be ${bound} ${limit}`;
}
