import { route } from "@/lib/edge/http";
import { runSchedule } from "@/lib/operations/schedules/contract";

export const POST = route({
  contract: runSchedule,
  auth: ["user"],
  rateLimit: "rest",
  handle: async ({ app, actor, params }) => ({
    ...{ success: true as const, run: await app.scheduleRuns.run(actor, params.schedule_id) },
  }),
});
