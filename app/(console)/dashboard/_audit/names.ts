import type { Tone } from "@/app/_ui/badge";
import type { AuditEntry } from "@/lib/identity/audit/contract";

const BY = {
  person: "Unknown person",
  key: "API key",
  team_key: "Service key",
  bot: "Bot",
  plugin: "Plugin",
  job: "Server",
  schedule: "Schedule",
  incoming_webhook: "Incoming webhook",
  cli: "Command line",
  anonymous: "Not signed in",
} as const satisfies Record<AuditEntry["by"]["kind"], string>;

/** "Update API key" from the operation `updateApiKey`. */
export function actionName(action: string): string {
  const text = action.replace(/([a-z])([A-Z])/g, (_, end: string, start: string) => `${end} ${start.toLowerCase()}`);
  const named = text.replace(/\bapi\b/g, "API").replace(/\bsso\b/g, "SSO");
  return named.charAt(0).toUpperCase() + named.slice(1);
}

/** The name of the caller, or the kind of caller where it has none. */
export const callerName = ({ kind, name, id }: AuditEntry["by"]): string =>
  name ?? (kind === "bot" ? id : null) ?? BY[kind];

/** "bot Greeter", "user 7"; null where the act has no target. */
export const targetName = ({ target }: AuditEntry): string | null =>
  target && `${typeName(target.type)} ${target.name ?? target.id}`;

export const typeName = (type: string): string => type.replaceAll("_", " ").replace(/^api\b/, "API");

export const OUTCOME_TONE: Record<AuditEntry["outcome"], Tone> = { done: "ok", refused: "warn", failed: "bad" };
