/** The configuration as admins and bots read it. */
import { type Actor, asAdmin } from "@/lib/core/actor";
import { AppError } from "@/lib/core/errors";
import { BOT_SECTIONS, type SectionName, type Sections, type WholeConfig } from "./contract";
import type { CurrentConfig } from "./service.current";
import type { ConfigDeps } from "./service.types";
import { community, NAMES, serverFields, serverVersion } from "./values";

type Deps = Pick<ConfigDeps, "store" | "bots" | "isAdmin" | "downloadRoot">;

export function createConfigReader(
  { store, bots, isAdmin, downloadRoot }: Deps,
  { load }: Pick<CurrentConfig, "load">,
) {
  /** One section and its version. Admins. @throws AppError FORBIDDEN */
  async function read<S extends SectionName>(actor: Actor, name: S): Promise<Sections[S] & { version: number }> {
    asAdmin(actor);
    const { value, version } = (await load())[name];
    return { ...(value as Sections[S]), version };
  }

  /** The whole configuration as documents 002 and 003 show it. Admins. */
  async function all(actor: Actor): Promise<WholeConfig> {
    asAdmin(actor);
    const current = await load();
    return {
      ...serverFields(downloadRoot, current),
      ...community(current),
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
    const { owner_id } = await bots.reach(actor, botId, "read");
    if (!(actor.kind === "user" && actor.role === "admin") && !(await mayHear(owner_id)))
      throw new AppError("FORBIDDEN", "Only bots owned by an admin can read the settings");
    const current = await load();
    const versions = Object.fromEntries(BOT_SECTIONS.map((name) => [name, current[name].version]));
    return { config: community(current), versions };
  }

  /** Returns whether bots of this owner may read the configuration. */
  async function mayHear(ownerId: number | null): Promise<boolean> {
    return ownerId !== null && (await isAdmin(ownerId));
  }

  return { read, all, history, forBot, mayHear };
}
