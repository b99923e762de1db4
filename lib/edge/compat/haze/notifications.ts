/** Maps the app's switches onto notification preferences. The app's phones get pushes by FCM. */
import type { App } from "@/lib/app";
import type { PreferenceChange, Preferences } from "@/lib/community/notifications/contract";
import { APP_SWITCHES, type AppSwitches } from "@/lib/community/notifications/contract.app";
import type { Actor } from "@/lib/core/actor";

const SWITCHES = Object.entries(APP_SWITCHES) as [keyof typeof APP_SWITCHES, (typeof APP_SWITCHES)["ticket_created"]][];

function switchesOf(preferences: Preferences): AppSwitches {
  const on = Object.fromEntries(SWITCHES.map(([name, kind]) => [name, preferences[kind]?.fcm === true]));
  return { ...(on as AppSwitches), notifications_enabled: Object.values(on).some(Boolean) };
}

export async function appSwitchesOf({ notifications }: App, actor: Actor): Promise<AppSwitches> {
  return switchesOf((await notifications.getPreferences(actor)).preferences);
}

/** Stores the switches that were sent. Where two stand for one kind, the last of them decides unless the first is sent. */
export async function changeAppSwitches({ notifications }: App, actor: Actor, change: Partial<AppSwitches>) {
  const changes: PreferenceChange = {};
  for (const [name, kind] of SWITCHES.toReversed()) {
    const on = change.notifications_enabled === false ? false : change[name];
    if (on !== undefined) changes[kind] = { fcm: on };
  }
  const { preferences } = await notifications.putPreferences(actor, changes);
  return { success: true as const, message: "Settings saved", ...switchesOf(preferences) };
}
