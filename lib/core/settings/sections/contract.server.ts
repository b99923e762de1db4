/**
 * The sections that Muster itself is run by. Sources: document 002 "Configuration Endpoints" (`transfers`, `features`, whose fields
 * keep that document's names); `security` is ours. Browser-safe.
 */
import { z } from "zod";
import { QUOTA_KINDS, type QuotaKind, quotaFacts } from "@/lib/core/contract.quotas";
import { bool, bytesOf, section, whole } from "./contract.fields";

/** The quotas whose limit is in no other section. */
type OwnKind = Exclude<QuotaKind, "open_tickets">;
const quotas = QUOTA_KINDS.filter((kind): kind is OwnKind => quotaFacts(kind).section === "quotas").map(
  (kind) => [kind, quotaFacts(kind)] as const,
);
const WHOSE = { everyone: "Of one person or team", person: "Of one person", team: "Of one team" };
const quotaFields = Object.fromEntries(
  quotas.map(([kind, { title, least, max, of }]) => [kind, whole(least, max, { title, description: WHOSE[of] })]),
) as Record<OwnKind, ReturnType<typeof whole>>;
const usualQuotas = Object.fromEntries(quotas.map(([kind, { usual }]) => [kind, usual])) as Record<OwnKind, number>;

export const SERVER_SECTIONS = {
  transfers: section(
    "Transfers",
    "How files are downloaded and how long they are kept.",
    {
      downloadDir: z
        .string()
        .max(500)
        .regex(/^[^\p{Cc}]*$/u, { error: "must not hold control characters" })
        .refine((path) => !path.split(/[\\/]/).includes(".."), { error: "must not lead upwards" })
        .meta({
          title: "Folder",
          description: "A folder inside the server's download folder; leave it empty to use the download folder itself",
        }),
      maxConcurrentDownloads: whole(1, 50, { title: "Downloads at once" }),
      maxSplitSize: z
        .string()
        .max(20)
        .refine((size) => bytesOf(size) >= 1_048_576 && bytesOf(size) <= 1024 ** 4, {
          error: "must be a size from 1 MB to 1 TB, such as 2 GB",
        })
        .meta({
          title: "Maximum part size",
          description: "Larger files are uploaded in parts of this size, for example 2 GB",
        }),
      autoDeleteDuration: whole(0, 525_600, {
        title: "Delete downloads after",
        description: "0 keeps them forever",
        unit: "minutes",
      }),
    },
    { downloadDir: "", maxConcurrentDownloads: 5, maxSplitSize: "2 GB", autoDeleteDuration: 0 },
  ),
  features: section(
    "Features",
    "Parts of the server that can be switched off.",
    {
      graphqlApi: bool({ title: "GraphQL", description: "The API at /graphql" }),
      pluginSystem: bool({ title: "Plugins", description: "Runs plugins, which react to events" }),
      advancedDashboard: bool({ title: "Advanced dashboard", description: "Charts of transfers and of the machine" }),
      phase1: bool({ title: "Phase 1", description: "Downloads" }),
      phase2: bool({ title: "Phase 2", description: "Alerts and backups" }),
      phase3: bool({ title: "Phase 3", description: "GraphQL and plugins" }),
      social: bool({
        title: "Community of the mobile app",
        description:
          "Posts, memes, levels and Rocket League accounts in document 003's app. Its members see one another's names, and send memes to your Discord server",
      }),
    },
    {
      graphqlApi: true,
      pluginSystem: true,
      advancedDashboard: true,
      phase1: true,
      phase2: true,
      phase3: true,
      social: false,
    },
  ),
  quotas: section(
    "Quotas",
    "How much one person or team may have. You can set other limits for single people and teams on their pages. Open tickets have their limit in Tickets.",
    quotaFields,
    usualQuotas,
  ),
  security: section(
    "Security",
    "What people have to prove, how long they stay signed in, and what moderators may do. Proofs and sign-outs do not affect API keys and bots.",
    {
      require_second_factor: z.enum(["none", "admins", "staff", "everyone"]).meta({
        title: "Second factor required of",
        description:
          "People without one can sign in, but have to add an authenticator app or a passkey first. Staff are admins and moderators. Add your own before you require it",
      }),
      require_proof_of_everyone: bool({
        title: "Ask everyone for a fresh proof",
        description:
          "Before risky changes such as showing a bot's token. Otherwise some calls of older clients ask only people with a second factor",
      }),
      session_idle_hours: whole(0, 720, {
        title: "Sign out when inactive for",
        description: "0 never signs out for inactivity",
        unit: "hours",
      }),
      moderators_may_configure: bool({
        title: "Let moderators change settings",
        description:
          "They can then change all sections for bots except Tickets and Roles. Otherwise they can only read them",
      }),
      session_max_days: whole(1, 30, {
        title: "Sign out after",
        description: "Counted from the sign-in. A browser signs out after 7 days at the latest",
        unit: "days",
      }),
      audit_keep_days: whole(30, 3_650, {
        title: "Keep the audit log for",
        description: "Older entries are deleted. What is left can still be verified",
        unit: "days",
      }),
    },
    {
      require_second_factor: "none",
      require_proof_of_everyone: false,
      session_idle_hours: 0,
      moderators_may_configure: false,
      session_max_days: 30,
      audit_keep_days: 400,
    },
  ),
} as const;
