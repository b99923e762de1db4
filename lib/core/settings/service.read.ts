/** The configuration as admins and bots read it. */
import { type Actor, asAdmin, asStaff, asUser } from "@/lib/core/actor";
import { AppError } from "@/lib/core/errors";
import { BOT_SECTIONS, mayStaffRead, type SectionName, type Sections, type WholeConfig } from "./contract";
import type { CurrentConfig } from "./service.current";
import type { ConfigDeps } from "./service.types";
import { community, NAMES, serverFields, serverVersion } from "./values";

type Deps = Pick<ConfigDeps, "store" | "bots" | "isAdmin" | "downloadRoot" | "guildId">;

export function createConfigReader(
  { store, bots, isAdmin, downloadRoot, guildId }: Deps,
  { load }: Pick<CurrentConfig, "load">,
) {
  /** One section and its version. Admins; staff, where moderators may read it. @throws AppError FORBIDDEN */
  async function read<S extends SectionName>(actor: Actor, name: S): Promise<Sections[S] & { version: number }> {
    if (mayStaffRead(name)) asStaff(actor);
    else asAdmin(actor);
    const { value, version } = (await load())[name];
    return { ...(value as Sections[S]), version };
  }

  /** The section of tickets as an admin reads it; for everybody else the types of ticket that they may open. */
  async function readTickets(actor: Actor) {
    if (asUser(actor).role === "admin") return read(actor, "tickets");
    const { value } = (await load()).tickets;
    return { categories: (value as Sections["tickets"]).categories };
  }

  /** The whole configuration as documents 002 and 003 show it. Admins. */
  async function all(actor: Actor): Promise<WholeConfig> {
    asAdmin(actor);
    const current = await load();
    return {
      ...serverFields(downloadRoot, current),
      ...community(current),
      discord_ids: { guild_id: guildId?.() ?? null, ...(current.roles.value as Sections["roles"]) },
      version: serverVersion(current),
      versions: Object.fromEntries(NAMES.map((name) => [name, current[name].version])),
    };
  }

  /** Newest first. Admins. */
  async function history(actor: Actor, name: SectionName, page: { limit: number; before?: number }) {
    asAdmin(actor);
    const [list, current] = await Promise.all([store.history(name, page.limit, page.before), load()]);
    return { history: list, count: list.length, version: current[name].version };
  }

  /**
   * Returns the sections that a bot reads. Only bots of admins may read them, because the configuration is for admins.
   *
   * @throws AppError NOT_FOUND, FORBIDDEN
   */
  async function forBot(actor: Actor, botId: string) {
    const { team_id } = await bots.reach(actor, botId, "viewer");
    // A bot of an admin may be shared with people, who must not read the server's configuration through it.
    const isShared = actor.kind === "user" && actor.role === "user";
    if (isShared || (!(actor.kind === "user" && actor.role === "admin") && !(await mayHear(team_id))))
      throw new AppError("FORBIDDEN", "Only bots owned by an admin can read the settings");
    const current = await load();
    const versions = Object.fromEntries(BOT_SECTIONS.map((name) => [name, current[name].version]));
    return { config: community(current), versions };
  }

  /** Returns whether bots of this team may read the configuration: of an admin's personal team. */
  async function mayHear(teamId: number | null): Promise<boolean> {
    return teamId !== null && (await isAdmin(teamId));
  }

  return { read, readTickets, all, history, forBot, mayHear };
}
