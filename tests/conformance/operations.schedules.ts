/** Valid bodies of the operations of schedules, maintenance windows, status pages and views. */
import { unique } from "../factories";

const SCHEDULE = { name: "Nightly", cron: "30 2 * * *", filter: { status: "online" }, type: "ping" };
const WINDOW = { name: "Upgrade", cron: "0 3 * * 0", duration_minutes: 60 };

export const SCHEDULE_BODIES = {
  "POST /api/schedules": () => SCHEDULE,
  "PUT /api/schedules/{schedule_id}": () => SCHEDULE,
  "POST /api/schedules/preview": () => ({ cron: "30 2 * * *", time_zone: "Europe/Berlin" }),
  "POST /api/maintenance-windows": () => WINDOW,
  "PUT /api/maintenance-windows/{window_id}": () => WINDOW,
  "POST /api/status-pages": () => ({ title: "Bots", slug: unique("bots") }),
  "PUT /api/status-pages/{page_id}": () => ({ title: "Bots", slug: unique("bots") }),
  "POST /api/views": () => ({ name: unique("Night bots "), filter: { tag: "night" } }),
  "PUT /api/views/{view_id}": () => ({ name: unique("Night bots "), filter: { status: "offline" } }),
  "POST /api/status-pages/{page_id}/incidents": () => ({ title: "Late answers" }),
  "POST /api/status-pages/{page_id}/incidents/{incident_id}/updates": () => ({ state: "resolved" }),
};
