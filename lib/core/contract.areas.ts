/** The areas of the API that a key can be limited to: the scopes of its owner's choice. Safe for browsers. */

export const AREAS = [
  "bots:read",
  "bots:write",
  "bots:report",
  "commands:read",
  "commands:send",
  "logs:read",
  "messages:read",
  "tickets:read",
  "tickets:write",
  "schedules:read",
  "schedules:write",
  "alerts:read",
  "alerts:write",
  "transfers:read",
  "transfers:write",
  "notifications:read",
  "notifications:write",
  "stats:read",
  "feeds:read",
  "feeds:write",
  "account:read",
  "users:read",
  "server:read",
  "admin",
] as const;
export type Area = (typeof AREAS)[number];

/** The areas whose operations concern single bots: the scopes of a service key. */
export const SERVICE_AREAS = [
  "bots:read",
  "bots:write",
  "bots:report",
  "commands:read",
  "commands:send",
  "logs:read",
  "messages:read",
  "tickets:read",
  "tickets:write",
] as const satisfies readonly Area[];
/** The same areas: a service key, and a key that is limited to chosen bots, reach these alone. */
export const BOT_AREAS: ReadonlySet<Area> = new Set<Area>(SERVICE_AREAS);
/**
 * Areas that a key of chosen bots reaches only if its scopes name them. Such keys with a scope for all areas were made when tickets
 * were not of bots, and must not reach conversations of people since.
 */
export const NAMED_AREAS: ReadonlySet<Area> = new Set<Area>(["tickets:read", "tickets:write"]);

/** The level that operations of an area need of a key with one of the older scopes. */
export const levelOf = (area: Area): "read" | "operate" | "admin" =>
  area === "admin" ? "admin" : area.endsWith(":read") ? "read" : "operate";
