/** Lets people report incidents on their status pages. */
import type { Actor } from "@/lib/core/actor";
import { describeAct } from "@/lib/core/acts";
import { AppError } from "@/lib/core/errors";
import { cutText } from "@/lib/core/format/text";
import { afterId, rowsOf, shownPage } from "@/lib/core/pages";
import { INCIDENTS_MAX, UPDATES_MAX } from "./contract.constants";
import type { Incident } from "./contract.incidents";
import { actOn, pageAccess, type ServiceDeps } from "./service";
import type { IncidentStore } from "./store.incidents";
import { type StoredUpdate, toIncident, updatesOf } from "./store.rows";

type Deps = Pick<ServiceDeps, "store" | "announceChange" | "now" | "newId"> & { incidents: IncidentStore };
type Update = Pick<StoredUpdate, "state" | "text">;

const noIncident = (id: string) => new AppError("NOT_FOUND", `No incident ${cutText(id, 64, "")}`);

/** Builds the service of incidents. All its functions throw NOT_FOUND, and FORBIDDEN when the role in the team is too low. */
export function createIncidentService(deps: Deps) {
  const { incidents, announceChange, now, newId } = deps;
  const access = pageAccess(deps);
  return {
    async list(actor: Actor, pageId: string, { cursor, limit }: { cursor?: string; limit: number }) {
      await access.find(actor, pageId, "see");
      const { items, next_cursor } = shownPage(
        await incidents.page(pageId, { after: afterId(cursor), limit }),
        toIncident,
      );
      const shown = rowsOf(items);
      return { incidents: shown, count: shown.length, next_cursor };
    },

    async create(
      actor: Actor,
      pageId: string,
      { title, impact, state, text }: Update & Pick<Incident, "title" | "impact">,
    ): Promise<Incident> {
      const { row } = await access.find(actor, pageId, "manage");
      describeAct({ ...actOn(access, row), after: { title, impact, state, text } });
      const at = now();
      const stored = await incidents.add(
        {
          ...{ id: newId("inc"), page_id: pageId, title, impact, state, started_at: at },
          updates: JSON.stringify([{ state, text, at } satisfies StoredUpdate]),
          resolved_at: state === "resolved" ? at : null,
        },
        INCIDENTS_MAX,
      );
      if (!stored) throw new AppError("NOT_FOUND", `No status page ${cutText(pageId, 64, "")}`);
      announceChange(pageId);
      return toIncident(stored);
    },

    /** @throws CONFLICT it has the most updates already */
    async addUpdate(actor: Actor, pageId: string, id: string, { state, text }: Update): Promise<Incident> {
      const { row } = await access.find(actor, pageId, "manage");
      describeAct({ ...actOn(access, row), after: { incident_id: id, state, text } });
      const at = now();
      const stored = await incidents.change(pageId, id, (before) => {
        const updates = updatesOf(before);
        if (updates.length >= UPDATES_MAX) return undefined;
        const isStillResolved = before.resolved_at !== null && state === "resolved";
        return {
          ...{ state, updates: JSON.stringify([{ state, text, at } satisfies StoredUpdate, ...updates]) },
          resolved_at: state !== "resolved" ? null : isStillResolved ? before.resolved_at : at,
        };
      });
      if (stored === "full")
        throw new AppError("CONFLICT", `An incident has at most ${UPDATES_MAX} updates: report a new one`);
      if (!stored) throw noIncident(id);
      announceChange(pageId);
      return toIncident(stored);
    },

    async remove(actor: Actor, pageId: string, id: string): Promise<void> {
      const { row } = await access.find(actor, pageId, "manage");
      const incident = await incidents.get(pageId, id);
      describeAct({ ...actOn(access, row), before: { incident_id: id, title: incident?.title } });
      if (!(await incidents.remove(pageId, id))) throw noIncident(id);
      announceChange(pageId);
    },
  };
}
