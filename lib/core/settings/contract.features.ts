/** Contract of the switches: which part of the server each of document 002 "features" and "enabledPhases" turns off. */
import type { Sections } from "./sections/contract";

type Switch = keyof Sections["features"];
type Switched = { says: string; by: readonly Switch[] };

/** A part of the server is there while all of its switches are on. */
export const FEATURES = {
  transfers: { says: "Downloads are", by: ["phase1"] },
  alerts: { says: "Alerts are", by: ["phase2"] },
  backups: { says: "Backups are", by: ["phase2"] },
  graphql: { says: "GraphQL is", by: ["graphqlApi", "phase3"] },
  plugins: { says: "Plugins are", by: ["pluginSystem", "phase3"] },
  charts: { says: "Charts are", by: ["advancedDashboard"] },
} as const satisfies Record<string, Switched>;
export type Feature = keyof typeof FEATURES;

/** The switch that turns it off; undefined while it is there. */
export const offBy = (feature: Feature, features: Sections["features"]): Switch | undefined =>
  (FEATURES[feature].by as readonly Switch[]).find((one) => !features[one]);

/** Those that are off. */
export const switchedOff = (features: Sections["features"]): Feature[] =>
  (Object.keys(FEATURES) as Feature[]).filter((feature) => offBy(feature, features));
