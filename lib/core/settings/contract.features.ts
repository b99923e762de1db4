/** Contract of the switches: which part of the server each of document 002 "features" and "enabledPhases" turns off. */
import type { Sections } from "./sections/contract";

type Switch = keyof Sections["features"];
/** `code`: how calls of a part that is off are refused, if not by FORBIDDEN. */
export type Switched = { says: string; by: readonly Switch[]; code?: "NOT_FOUND" };

/** The parts of the server that can be turned off. A part is on while all of its switches are on. */
export const FEATURES = {
  transfers: { says: "Downloads are", by: ["phase1"] },
  alerts: { says: "Alerts are", by: ["phase2"] },
  backups: { says: "Backups are", by: ["phase2"] },
  graphql: { says: "GraphQL is", by: ["graphqlApi", "phase3"] },
  plugins: { says: "Plugins are", by: ["pluginSystem", "phase3"] },
  charts: { says: "Charts are", by: ["advancedDashboard"] },
  social: { says: "The community of the mobile app is", by: ["social"], code: "NOT_FOUND" },
} as const satisfies Record<string, Switched>;
export type Feature = keyof typeof FEATURES;

/** Returns the switch that turns a feature off; undefined while the feature is on. */
export const offBy = (feature: Feature, features: Sections["features"]): Switch | undefined =>
  (FEATURES[feature].by as readonly Switch[]).find((one) => !features[one]);

/** Returns the features that are turned off. */
export const switchedOff = (features: Sections["features"]): Feature[] =>
  (Object.keys(FEATURES) as Feature[]).filter((feature) => offBy(feature, features));
