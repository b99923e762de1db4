/** Validates a value. This is a separate file, so that zod and the contract are loaded only after the first edit. */
import { z } from "zod";
import { formWording } from "@/app/_ui/form-wording";
import { SECTIONS, type SectionName } from "@/lib/core/settings/contract";

/** Returns the message to show beside a field as it is typed, or undefined when the value is valid. */
export function problemOf(section: SectionName, field: string, value: unknown): string | undefined {
  const schema = (SECTIONS[section].shape as Record<string, z.ZodType>)[field];
  const issue = schema && z.safeParse(schema, value, { error: formWording }).error?.issues[0];
  if (!issue) return undefined;
  const text = /^(is|must|may|has) /.test(issue.message) ? `This ${issue.message}.` : issue.message;
  const [at, ...rest] = issue.path;
  if (at === undefined) return text;
  return [typeof at === "number" ? `Entry ${at + 1}` : String(at), ...rest.map(String)].join(", ").concat(`: ${text}`);
}
