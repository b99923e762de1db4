import type { z } from "zod";

/** Rewords a contract's validation issue for the person who fills in a form; undefined keeps the contract's message. */
export function formWording(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === "too_small" && issue.origin === "string") {
    return issue.input === "" || issue.minimum === 1
      ? "This is required."
      : `Enter at least ${issue.minimum} characters.`;
  }
  if (issue.code === "too_small") return `Enter ${issue.minimum} or more.`;
  if (issue.code === "too_big") {
    return issue.origin === "string" ? `Enter at most ${issue.maximum} characters.` : `Enter ${issue.maximum} or less.`;
  }
  if (issue.code === "invalid_format" && issue.format === "email") return "Enter an email address.";
  if (issue.code === "invalid_type" && issue.expected === "int") return "Enter a whole number.";
  if (issue.code === "invalid_type") return issue.expected === "number" ? "Enter a number." : "This is required.";
  return undefined;
}
