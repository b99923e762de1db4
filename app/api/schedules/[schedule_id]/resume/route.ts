import { route } from "@/lib/edge/http";
import { resumeSchedule } from "@/lib/operations/schedules/contract";

export const POST = route({
  contract: resumeSchedule,
  auth: ["user"],
  rateLimit: "rest",
  handle: async ({ app, actor, params }) => ({
    ...{ success: true as const, schedule: await app.schedules.resume(actor, params.schedule_id) },
  }),
});
