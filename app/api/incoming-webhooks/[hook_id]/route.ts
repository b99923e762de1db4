import { route } from "@/lib/edge/http";
import {
  getIncomingWebhook as get,
  deleteIncomingWebhook as remove,
  updateIncomingWebhook as update,
} from "@/lib/operations/incoming/contract";

const access = { auth: ["user"], rateLimit: "rest" } as const;
const changing = { ...access, scope: "admin" } as const;
const success = true as const;

export const GET = route({
  ...{ contract: get, ...access },
  handle: ({ app, actor, params }) => app.incoming.get(actor, params.hook_id),
});
export const PATCH = route({
  ...{ contract: update, ...changing },
  handle: async ({ app: { incoming }, actor, params, body, version }) => ({
    ...{ success, ...(await incoming.update(actor, params.hook_id, body, version)) },
  }),
});
export const DELETE = route({
  ...{ contract: remove, ...changing },
  handle: ({ app, actor, params }) => app.incoming.remove(actor, params.hook_id).then(() => ({ success })),
});
