/** Notes what people do, in memory; the collector writes it. Bots are not counted. */
import { type Actor, asUser, type UserActor } from "@/lib/core/actor";
import { cutText } from "@/lib/core/format/text";
import { actionOf, featureOfPage } from "./features";
import type { Deps } from "./service.common";

type Header = (name: string) => string | undefined;

export function createTracking({ collector }: Pick<Deps, "collector">) {
  return {
    /** Notes that a person is active, and with which client. Costs one look-up in memory. */
    seen: (actor: UserActor, header: Header): void => collector.seen(actor, header),

    /** Notes a person's successful request, and counts it if it changes something. */
    acted(actor: UserActor, method: string, pattern: string): void {
      collector.served(actor, `${method} ${pattern}`);
      if (method === "GET" || method === "HEAD") return;
      const { feature, action } = actionOf(method, pattern);
      if (feature !== "analytics") collector.track(actor, feature, action);
    },

    /** Counts an action that has no request of its own. Bots are not counted. */
    track(actor: Actor, feature: string, action: string): void {
      if (actor.kind === "user")
        collector.track(actor, cutText(feature, 40, ""), cutText(action, 80, "").replaceAll("\n", " "));
    },

    /** Counts an opened console page, unless the person asks not to be tracked. */
    viewed(actor: Actor, path: string, header: Header): void {
      if (header("dnt") === "1" || header("sec-gpc") === "1") return;
      collector.track(asUser(actor), featureOfPage(path), "view");
    },
  };
}
