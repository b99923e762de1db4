import { listDashboardTasks } from "@/lib/edge/compat/mltb/contract";
import { route } from "@/lib/edge/http";

export const GET = route({
  contract: listDashboardTasks,
  auth: ["user"],
  feature: "transfers",
  localAccess: {},
  rateLimit: "rest",
  dialect: "mltb",
  handle: ({ app: { dashboard }, actor, query }) => dashboard.tasks(actor, query),
});
