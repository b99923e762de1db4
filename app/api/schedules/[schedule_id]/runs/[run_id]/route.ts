import { route } from "@/lib/edge/http";
import { getScheduleRun } from "@/lib/operations/schedules/contract";

export const GET = route({
  contract: getScheduleRun,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ app, actor, params }) => app.scheduleRuns.get(actor, params.schedule_id, params.run_id),
});
