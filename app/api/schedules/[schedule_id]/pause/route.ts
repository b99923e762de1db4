import { route } from "@/lib/edge/http";
import { pauseSchedule } from "@/lib/operations/schedules/contract";

export const POST = route({
  contract: pauseSchedule,
  auth: ["user"],
  rateLimit: "rest",
  handle: async ({ app, actor, params }) => ({
    ...{ success: true as const, schedule: await app.schedules.pause(actor, params.schedule_id) },
  }),
});
