import { route } from "@/lib/edge/http";
import { deleteSchedule, getSchedule, updateSchedule } from "@/lib/operations/schedules/contract";

const access = { auth: ["user"], rateLimit: "rest" } as const;

export const GET = route({
  contract: getSchedule,
  ...access,
  handle: async ({ app, actor, params }) => ({ schedule: await app.schedules.get(actor, params.schedule_id) }),
});

export const PUT = route({
  contract: updateSchedule,
  ...access,
  handle: async ({ app, actor, params, body: { version: _, ...input }, version }) => ({
    ...{ success: true as const, schedule: await app.schedules.update(actor, params.schedule_id, input, version) },
  }),
});

export const DELETE = route({
  contract: deleteSchedule,
  ...access,
  handle: ({ app, actor, params }) =>
    app.schedules.remove(actor, params.schedule_id).then(() => ({ success: true as const })),
});
