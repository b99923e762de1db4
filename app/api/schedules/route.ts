import { route } from "@/lib/edge/http";
import { createSchedule, listSchedules } from "@/lib/operations/schedules/contract";

export const GET = route({
  contract: listSchedules,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ app, actor, query }) => app.schedules.list(actor, query),
});

export const POST = route({
  contract: createSchedule,
  auth: ["user"],
  rateLimit: "rest",
  handle: async ({ app, actor, body }) => ({
    ...{ success: true as const, schedule: await app.schedules.create(actor, body) },
  }),
});
