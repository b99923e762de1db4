/** Alerts that an admin or a plugin triggers. */
import { type Actor, asAdmin } from "@/lib/core/actor";
import { describeAct } from "@/lib/core/acts";
import { AppError, unavailable } from "@/lib/core/errors";
import { cutText } from "@/lib/core/format/text";
import { fingerprint } from "./channels/formats";
import { type Alert, type Level, SEVERITY_OF, type Severity } from "./contract";
import { announce, byOf, type Deps } from "./service.common";
import { type AlertRow, alertTarget, type By, toAlert } from "./store.rows";

type PluginAlert = { level: Level; message: string; group?: string };
type Raised = Pick<AlertRow, "source" | "source_name" | "severity" | "message"> & { key: string; by: By };

/** The most open alerts that were triggered by hand or by plugins; further ones are refused. */
const TRIGGERED_MAX = 1000;
const groupKey = (plugin: string, group: string) => fingerprint(`plugin:${plugin}`, "group", group);
/** Makes a text from another program safe to store and show. */
const plain = (text: string) => cutText(text.toWellFormed().replaceAll("\0", ""), 1000);

export function createTriggering(deps: Pick<Deps, "store" | "rules" | "publish" | "now" | "newId">) {
  const { store, now, newId } = deps;

  async function raise({ key, ...alert }: Raised): Promise<Alert> {
    const id = newId("alert");
    const { severity, message } = alert;
    describeAct({ target: alertTarget({ id, message }), after: { severity, message } });
    const change = await store.trigger({ ...alert, id, open_key: key, max: TRIGGERED_MAX }, now());
    if (!change) throw unavailable(`${TRIGGERED_MAX} triggered alerts are not resolved: resolve some first`, 60);
    await announce(deps, change);
    return toAlert(change.alert);
  }

  /** Raises an alert by hand, which staff see. @throws FORBIDDEN unless an admin asks, UNAVAILABLE too many are open */
  async function trigger(actor: Actor, input: { level?: Level; severity?: Severity; message: string }): Promise<Alert> {
    const user = asAdmin(actor, "operate");
    if (!input.level && !input.severity)
      throw new AppError("INVALID_INPUT", "level: must be info, warning or critical", { field: "level" });
    const severity = input.severity ?? SEVERITY_OF[input.level ?? "info"];
    const message = plain(input.message);
    const by = byOf(user);
    const key = fingerprint("manual:", severity, message);
    return raise({ source: "manual", source_name: by.name, severity, message, key, by });
  }

  /**
   * Raises an alert for staff on behalf of a plugin. While it is not resolved, a repetition (the same `group`, or the
   * same message without a group) is only counted. @throws UNAVAILABLE too many are open
   */
  async function ofPlugin(plugin: string, { level, group, ...said }: PluginAlert): Promise<Alert> {
    const severity = SEVERITY_OF[level];
    const message = plain(said.message);
    const key = group === undefined ? fingerprint(`plugin:${plugin}`, severity, message) : groupKey(plugin, group);
    return raise({ source: "plugin", source_name: plugin, severity, message, key, by: { id: null, name: plugin } });
  }

  /** Resolves the alert that a plugin raised for this group. @returns null when no such alert is open */
  async function overForPlugin(plugin: string, group: string): Promise<Alert | null> {
    const change = await store.over(groupKey(plugin, group), now(), `${plugin} says that it is over`);
    if (!change) return null;
    await announce(deps, change);
    return toAlert(change.alert);
  }

  return { trigger, ofPlugin, overForPlugin };
}
