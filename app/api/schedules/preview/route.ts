import { route } from "@/lib/edge/http";
import { previewSchedule } from "@/lib/operations/schedules/contract";

export const POST = route({
  contract: previewSchedule,
  auth: ["user"],
  scope: "read",
  rateLimit: "rest",
  handle: ({ app, actor, body }) => ({ next_runs: app.schedules.preview(actor, body) }),
});
