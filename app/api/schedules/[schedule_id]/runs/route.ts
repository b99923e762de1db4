import { route } from "@/lib/edge/http";
import { listScheduleRuns } from "@/lib/operations/schedules/contract";

export const GET = route({
  contract: listScheduleRuns,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ app, actor, params, query }) => app.scheduleRuns.list(actor, params.schedule_id, query),
});
