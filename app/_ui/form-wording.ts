import type { z } from "zod";

/** Words an issue found by a contract for the person filling in a form; undefined leaves the contract's own words. */
export function formWording(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === "too_small" && issue.origin === "string") {
    return issue.input === "" || issue.minimum === 1 ? "Fill this in." : `At least ${issue.minimum} characters.`;
  }
  if (issue.code === "too_small") return `${issue.minimum} or more.`;
  if (issue.code === "too_big") {
    return issue.origin === "string" ? `At most ${issue.maximum} characters.` : `${issue.maximum} or less.`;
  }
  if (issue.code === "invalid_format" && issue.format === "email") return "Enter an e-mail address.";
  if (issue.code === "invalid_type" && issue.expected === "int") return "A whole number, please.";
  if (issue.code === "invalid_type") return issue.expected === "number" ? "A number, please." : "Fill this in.";
  return undefined;
}
