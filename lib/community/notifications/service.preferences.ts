/** Notification preferences: the channels by which each kind of notification reaches a person. */
import { type Actor, asUser } from "@/lib/core/actor";
import { accountTarget, describeAct } from "@/lib/core/acts";
import { invalid } from "@/lib/core/errors";
import { staleUpdate } from "@/lib/core/versions";
import { Channel, Kind, type PreferenceChange, type PreferenceSheet } from "./contract";
import { changed, isLocked, preferencesFrom, readStored } from "./preferences";
import { type Deps, isAvailable } from "./service.common";

export function createPreferences(deps: Pick<Deps, "store" | "now" | "available">) {
  const { store, now } = deps;

  function sheet(stored: { value: string; version: number } | undefined): PreferenceSheet {
    return {
      version: stored?.version ?? 0,
      preferences: preferencesFrom(readStored(stored?.value)),
      channels: Channel.options.map((channel) => ({ channel, available: isAvailable(deps, channel) })),
    };
  }

  return {
    async getPreferences(actor: Actor): Promise<PreferenceSheet> {
      const { user_id } = asUser(actor);
      return sheet(await store.preferencesAt(user_id));
    },

    /**
     * A partial update.
     *
     * @param edited  the version it was made from, if it must still be stored
     * @throws AppError INVALID_INPUT for a switch that cannot be turned off; CONFLICT another version is stored
     */
    async putPreferences(actor: Actor, change: PreferenceChange, edited?: number): Promise<PreferenceSheet> {
      const user = asUser(actor, "operate");
      const { user_id } = user;
      for (const kind of Kind.options)
        for (const channel of Channel.options)
          if (isLocked(kind, channel) && change[kind]?.[channel] === false)
            throw invalid(`${kind}.${channel}`, "warnings about your own account always reach the inbox");
      const before = readStored((await store.preferencesAt(user_id))?.value);
      const after = preferencesFrom(changed(before, change));
      describeAct({ target: accountTarget({ ...user, id: user_id }), before: preferencesFrom(before), after });
      const merged = (stored: string) => JSON.stringify(changed(readStored(stored), change));
      const written = await store.changePreferences(user_id, merged, now(), edited);
      if (written) return sheet(written);
      const stored = await store.preferencesAt(user_id);
      const { preferences, version } = sheet(stored);
      const yours = preferencesFrom(changed(readStored(stored?.value), change));
      throw staleUpdate("Your preferences", { version, value: preferences }, edited!, yours);
    },
  };
}
