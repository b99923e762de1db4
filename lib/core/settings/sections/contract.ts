/**
 * The sections of the configuration: every field with its type, range, default and the title and description that the form shows.
 * Browser-safe.
 */
import type { z } from "zod";
import { APP_SECTIONS } from "./contract.app";
import { COMMUNITY_SECTIONS } from "./contract.community";
import { SERVER_SECTIONS } from "./contract.server";

export const SECTIONS = { ...COMMUNITY_SECTIONS, ...APP_SECTIONS, ...SERVER_SECTIONS } as const;

export type SectionName = keyof typeof SECTIONS;
/** The values of each section, defaults filled in. */
export type Sections = { [S in SectionName]: z.output<(typeof SECTIONS)[S]["values"]> };
/** The sections of document 003 and of its app, which bots read too. */
export const BOT_SECTIONS = [
  "general",
  "channels",
  "roles",
  "meme",
  "rocket_league",
  "welcome",
  "server_guide",
  "tickets",
  "welcome_texts",
  "rocket_league_texts",
  "xp",
  "daily_meme",
] as const satisfies SectionName[];
export type BotSectionName = (typeof BOT_SECTIONS)[number];

/** Sections that only admins may read: document 003 marks `tickets` so, the others run this server. */
const ADMIN_SECTIONS: ReadonlySet<SectionName> = new Set(["tickets", "transfers", "features", "quotas", "security"]);

export const mayStaffRead = (name: SectionName): boolean => !ADMIN_SECTIONS.has(name);
/** Sections that moderators may change while `security.moderators_may_configure` is on. Roles decide who is an admin. */
export const mayModeratorsChange = (name: SectionName): boolean => mayStaffRead(name) && name !== "roles";
