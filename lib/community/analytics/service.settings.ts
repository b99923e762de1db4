/** How long sessions are kept: staff read it, admins change it. */
import { type Actor, asAdmin } from "@/lib/core/actor";
import { describeUpdate } from "@/lib/core/acts";
import { staleUpdate } from "@/lib/core/versions";
import type { AnalyticsSettings } from "./contract";
import { asStaff, type Deps } from "./service.common";

export function createAnalyticsSettings({ store }: Pick<Deps, "store">) {
  return {
    /** @throws FORBIDDEN for all but staff */
    async settings(actor: Actor): Promise<AnalyticsSettings & { version: number }> {
      asStaff(actor);
      return store.settings();
    },

    /**
     * @param edited  the version they were edited from, if it must still be stored
     * @throws FORBIDDEN for all but admins; CONFLICT another version is stored
     */
    async putSettings(actor: Actor, settings: AnalyticsSettings, edited?: number) {
      asAdmin(actor, "admin");
      describeUpdate({ type: "settings", id: "analytics" }, await store.settings(), settings);
      const changed = await store.saveSettings(settings, edited);
      if (changed !== undefined) return { ...settings, version: changed };
      const { version, ...value } = await store.settings();
      throw staleUpdate("The analytics settings", { version, value }, edited!, settings);
    },
  };
}
