/**
 * Contract of the configuration. Source: document 003 "Configuration" (sections, flat fields, partial update, reset);
 * document 002 "Configuration Endpoints" (camelCase fields, PATCH). Ours: versions, history, undo, bots that read it.
 */
import { z } from "zod";
import {
  AnyObject,
  BotId,
  EditedVersion,
  type Operation,
  Success,
  Time,
  Version,
  WholeNumber,
} from "@/lib/core/contract";
import { sectionCall } from "./contract.paths";
import { BOT_SECTIONS, type BotSectionName, SECTIONS, type SectionName, type Sections } from "./sections/contract";
import { APP_SECTIONS } from "./sections/contract.app";
import { SERVER_SECTIONS } from "./sections/contract.server";

export { FEATURES, type Feature, switchedOff } from "./contract.features";
export {
  BOT_SECTIONS,
  mayModeratorsChange,
  mayStaffRead,
  SECTIONS,
  type SectionName,
  type Sections,
} from "./sections/contract";
export { bytesOf } from "./sections/contract.fields";

/** Changes of a section that are kept. */
export const HISTORY_MAX = 200;

const SectionParams = z.object({ section: z.enum(Object.keys(SECTIONS) as [SectionName, ...SectionName[]]) });
const ADMIN_ERRORS = ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN"] as const;

/** Reading and changing one section: its fields flat. Every field of the body is optional, an unknown one is refused. */
function sectionOperations<S extends SectionName>(name: S) {
  const { title, shape } = SECTIONS[name];
  const idOf = (verb: string) =>
    `${verb}${name.replace(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase())}Config`;
  const document =
    name in SERVER_SECTIONS
      ? "muster"
      : name in APP_SECTIONS
        ? "original 003: Mobile App"
        : `003 Configuration: ${title}`;
  const values = z.object({ ...shape, version: Version }) as unknown as z.ZodType<Sections[S] & { version: number }>;
  return {
    get: {
      id: idOf("get"),
      ...sectionCall("GET", name),
      summary: `Configuration: ${title}`,
      document,
      response: values,
      etag: "version",
      errors: ["UNAUTHORIZED", "FORBIDDEN"],
    },
    put: {
      id: idOf("put"),
      ...sectionCall("PUT", name),
      summary: `Change the configuration: ${title}`,
      description:
        "Changes only the fields that you send; if one is invalid, nothing changes. With `version` (or If-Match) the request fails with 409 if someone else has changed the section since.",
      document,
      body: z.strictObject({ ...shape, version: Version }).partial() as unknown as z.ZodType<SectionPatch<S>>,
      response: z.intersection(Success.extend({ message: z.string() }), values),
      update: "closed",
      etag: "version",
      errors: [...ADMIN_ERRORS, "CONFLICT"],
      ...(name === "security" ? { proof: "fresh" as const } : {}),
    },
  } as const satisfies Record<string, Operation>;
}
/** Some fields of a section, and the version they were edited from. */
export type SectionPatch<S extends SectionName> = Partial<Sections[S]> & { version?: number };

const tickets = sectionOperations("tickets");
const xp = sectionOperations("xp");

export const getTicketsConfig = {
  ...tickets.get,
  summary: "Configuration: Tickets",
  description: "Only admins get the whole section; others get the types of ticket that they may open.",
  response: z.union([tickets.get.response, z.object({ categories: SECTIONS.tickets.shape.categories })]),
} as const satisfies Operation;

export const getXpConfig = {
  ...xp.get,
  summary: "Configuration: Levels",
  description: "`config` has the same fields once more, where document 003's app reads them.",
  response: z.intersection(Success.extend({ config: SECTIONS.xp.values }), xp.get.response),
} as const satisfies Operation;

export const sectionContracts = {
  general: sectionOperations("general"),
  channels: sectionOperations("channels"),
  roles: sectionOperations("roles"),
  meme: sectionOperations("meme"),
  rocket_league: sectionOperations("rocket_league"),
  welcome: sectionOperations("welcome"),
  server_guide: sectionOperations("server_guide"),
  tickets: { ...tickets, get: getTicketsConfig },
  welcome_texts: sectionOperations("welcome_texts"),
  rocket_league_texts: sectionOperations("rocket_league_texts"),
  xp: { ...xp, get: getXpConfig },
  daily_meme: sectionOperations("daily_meme"),
  transfers: sectionOperations("transfers"),
  features: sectionOperations("features"),
  quotas: sectionOperations("quotas"),
  security: sectionOperations("security"),
};

const { transfers, features } = SECTIONS;
const Phases = z.strictObject({
  phase1: features.shape.phase1,
  phase2: features.shape.phase2,
  phase3: features.shape.phase3,
});
const Switches = z.strictObject({
  graphqlApi: features.shape.graphqlApi,
  pluginSystem: features.shape.pluginSystem,
  advancedDashboard: features.shape.advancedDashboard,
});
/** Document 002's fields. */
const ServerConfig = z.strictObject({ ...transfers.shape, enabledPhases: Phases, features: Switches });
const CommunityConfig = z.object(
  Object.fromEntries(BOT_SECTIONS.map((name) => [name, SECTIONS[name].values])) as {
    [S in BotSectionName]: (typeof SECTIONS)[S]["values"];
  },
);
/** The roles once more, with their guild: document 003's app reads them here. */
const DiscordIds = z.object({ guild_id: z.string().nullable(), ...SECTIONS.roles.shape });
const Versions = z.record(z.string(), Version);

export const getConfig = {
  id: "getConfig",
  method: "GET",
  path: "/api/config",
  summary: "Get all settings",
  description:
    "The flat fields are those of document 002, the sections those of document 003. Secrets are not included: they come from the environment.",
  document: "003 Configuration: GET /api/config (and 002 Configuration Endpoints)",
  response: z.object({
    ...ServerConfig.shape,
    ...CommunityConfig.shape,
    discord_ids: DiscordIds,
    version: Version.meta({ description: "The version of document 002's part, which PATCH changes." }),
    versions: Versions,
  }),
  etag: "version",
  errors: ["UNAUTHORIZED", "FORBIDDEN"],
} as const satisfies Operation;
export type WholeConfig = z.infer<typeof getConfig.response>;

export const patchConfig = {
  id: "patchConfig",
  method: "PATCH",
  path: "/api/config",
  summary: "Change the settings that document 002 defines",
  document: "002 Configuration Endpoints: PATCH /api/config",
  body: z
    .strictObject({
      ...ServerConfig.shape,
      enabledPhases: Phases.partial(),
      features: Switches.partial(),
      version: EditedVersion,
    })
    .partial(),
  response: Success.extend({ message: z.string(), updated: z.array(z.string()), version: Version }),
  update: "closed",
  etag: "version",
  errors: ADMIN_ERRORS,
  example: {
    body: { maxConcurrentDownloads: 10, autoDeleteDuration: 120 },
    response: {
      success: true,
      message: "Configuration updated",
      updated: ["maxConcurrentDownloads", "autoDeleteDuration"],
      version: 1,
    },
  },
} as const satisfies Operation;
export type ServerPatch = Omit<z.infer<typeof patchConfig.body>, "version">;

const SectionReply = Success.extend({ message: z.string(), version: Version }).loose();

export const resetConfigSection = {
  id: "resetConfigSection",
  method: "POST",
  path: "/api/config/{section}/reset",
  summary: "Restore a section's defaults",
  document: "003 Configuration: POST /api/config/<section>/reset",
  params: SectionParams,
  response: SectionReply,
  update: "open",
  etag: "version",
  errors: [...ADMIN_ERRORS, "NOT_FOUND"],
} as const satisfies Operation;

/** The old and new value of one field. */
const FieldChange = z.object({ old: z.unknown(), new: z.unknown() });
export const ConfigChange = z
  .object({
    version: Version,
    action: z.enum(["update", "reset", "undo"]),
    undoes: z.number().int().nullable().meta({ description: "The version whose change this took back." }),
    changes: z.record(z.string(), FieldChange),
    by: z.object({ user_id: z.number().int().nullable(), username: z.string() }),
    at: Time,
  })
  .meta({ id: "ConfigChange" });
export type ConfigChange = z.infer<typeof ConfigChange>;

export const listConfigChanges = {
  id: "listConfigChanges",
  method: "GET",
  path: "/api/config/{section}/history",
  summary: "List the changes of a section",
  description: `Newest first. The last ${HISTORY_MAX} changes are kept.`,
  document: "muster",
  params: SectionParams,
  query: z.object({
    limit: WholeNumber(50, HISTORY_MAX),
    before: z
      .string()
      .regex(/^\d{1,9}$/, { error: "must be a version" })
      .transform(Number)
      .optional()
      .meta({ type: "integer", description: "changes older than this version" }),
  }),
  response: z.object({ history: z.array(ConfigChange), count: z.number().int(), version: Version }),
  errors: [...ADMIN_ERRORS, "NOT_FOUND"],
} as const satisfies Operation;

export const undoConfigChange = {
  id: "undoConfigChange",
  method: "POST",
  path: "/api/config/{section}/undo",
  summary: "Undo a change of a section",
  description:
    "Restores the previous values of the fields that the version changed, and keeps all others. 409 if one of them has been changed again since.",
  document: "muster",
  params: SectionParams,
  body: z.strictObject({ version: z.number().int().min(1).meta({ description: "the change to undo" }) }),
  response: SectionReply,
  errors: [...ADMIN_ERRORS, "NOT_FOUND", "CONFLICT"],
  example: { body: { version: 3 } },
} as const satisfies Operation;

export const getBotConfig = {
  id: "getBotConfig",
  method: "GET",
  path: "/api/bot/{bot_id}/config",
  summary: "Get the settings as a bot reads them",
  description:
    "The sections of document 003, for bots that an admin owns. These bots also receive `config_update` over Socket.IO with every change.",
  document: "muster",
  params: z.object({ bot_id: BotId }),
  response: z.object({ config: CommunityConfig, versions: Versions }),
  errors: ["UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND"],
} as const satisfies Operation;

/** Socket.IO `config_update`: to admins, and for document 003's sections to the bots of admins. */
export const ConfigUpdate = z.object({
  section: SectionParams.shape.section,
  version: Version,
  config: AnyObject.meta({ description: "All fields of the section as they are now." }),
  changed: z.array(z.string()).meta({ description: "Names of those that changed." }),
  by: z.string(),
});
export type ConfigUpdate = z.infer<typeof ConfigUpdate>;

/** Facts that this room announces after a commit; lib/edge/realtime decides which sockets receive them. */
declare module "@/lib/core/bus" {
  interface Facts {
    /** A section was changed; `config` are all of its fields as they are now. */
    "config.changed": {
      section: SectionName;
      version: number;
      action: ConfigChange["action"];
      changes: ConfigChange["changes"];
      config: Record<string, unknown>;
      by: ConfigChange["by"];
    };
  }
}
