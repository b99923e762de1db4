/** Kinds of quotas: how many things of a kind one person or team may have. Without zod, so that pages can load them. */

type Facts = {
  /** The name of its bar and of its field in the settings. */
  title: string;
  /** The word for several of them in a sentence. */
  many: string;
  /** The limit of a server on which nobody changed it. */
  usual: number;
  /** The range that an admin may choose from. */
  least: number;
  max: number;
  /** It counts things of people, of teams, or of both. A personal team is a person. */
  of: "everyone" | "person" | "team";
  /** The section of the settings that has the server's limit. */
  section: "quotas" | "tickets";
};

const OWNED = { least: 0, of: "everyone", section: "quotas" } as const;

const QUOTAS = {
  bots: { ...OWNED, title: "Bots", many: "bots", usual: 20_000, max: 20_000 },
  alert_rules: { ...OWNED, title: "Alert rules", many: "alert rules", usual: 50, max: 1_000 },
  alert_channels: { ...OWNED, title: "Alert channels", many: "alert channels", usual: 20, max: 200 },
  schedules: { ...OWNED, title: "Schedules", many: "schedules", usual: 100, max: 1_000 },
  maintenance_windows: { ...OWNED, title: "Maintenance windows", many: "maintenance windows", usual: 100, max: 1_000 },
  status_pages: { ...OWNED, title: "Status pages", many: "status pages", usual: 20, max: 200 },
  webhooks: { ...OWNED, title: "Webhooks", many: "webhooks", usual: 20, max: 200 },
  incoming_webhooks: { ...OWNED, title: "Incoming webhooks", many: "incoming webhooks", usual: 20, max: 200 },
  saved_views: { ...OWNED, title: "Saved views", many: "saved views", usual: 50, max: 500 },
  api_keys: { ...OWNED, title: "API keys", many: "API keys", usual: 50, max: 500, of: "person" },
  service_keys: { ...OWNED, title: "Service keys", many: "service keys", usual: 50, max: 500, of: "team" },
  open_tickets: {
    ...{ title: "Open tickets", many: "open tickets", usual: 3, least: 1, max: 100 },
    ...{ of: "person", section: "tickets" },
  },
  open_transfers: {
    ...{ ...OWNED, title: "Unfinished transfers", many: "unfinished transfers", usual: 200, max: 10_000, of: "person" },
  },
} as const satisfies Record<string, Facts>;

export type QuotaKind = keyof typeof QUOTAS;
export const QUOTA_KINDS = Object.keys(QUOTAS) as QuotaKind[];

/** Returns what is known about a kind, without the narrow types of each. */
export const quotaFacts = (kind: QuotaKind): Facts => QUOTAS[kind];

/** Returns the kinds that count things of a person, or of a shared team. */
export const quotaKindsOf = (owner: "person" | "team"): QuotaKind[] =>
  QUOTA_KINDS.filter((kind) => ["everyone", owner].includes(quotaFacts(kind).of));
