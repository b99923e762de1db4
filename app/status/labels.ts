/** The words and colours of the states on status pages. */
import type { Tone } from "@/app/_ui/badge";
import type { Incident } from "@/lib/operations/status-pages/contract.incidents";
import type { StatusReport } from "@/lib/operations/status-pages/contract.public";

type State = StatusReport["state"];

/** Names the state of one line. */
export const LINE_STATES: Record<State, { label: string; tone: Tone }> = {
  operational: { label: "Operational", tone: "ok" },
  degraded: { label: "Degraded", tone: "warn" },
  outage: { label: "Outage", tone: "bad" },
  maintenance: { label: "Maintenance", tone: "info" },
  unknown: { label: "No data yet", tone: "neutral" },
};

/** States how all bots of a page are, as its headline. */
export const HEADLINES: Record<State, string> = {
  operational: "All bots are operational",
  degraded: "Some bots have problems",
  outage: "There is an outage",
  maintenance: "Maintenance is in progress",
  unknown: "No bot has reported yet",
};

export const INCIDENT_STATES: Record<Incident["state"], { label: string; tone: Tone }> = {
  investigating: { label: "Investigating", tone: "bad" },
  identified: { label: "Identified", tone: "warn" },
  monitoring: { label: "Monitoring", tone: "info" },
  resolved: { label: "Resolved", tone: "ok" },
};
