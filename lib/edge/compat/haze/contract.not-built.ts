/** Calls that document 003's original program answers, the document does not name, and Muster has not built. */
const ANALYTICS = /^\/api\/analytics\/(data|features|errors|inactive-users|reset)$/;

/** Returns why a path has no route, if the original program has one there. */
export const whyNotBuilt = (path: string): string | undefined =>
  ANALYTICS.test(path)
    ? "Muster has not built the original's pages of analytics, also with features.social on; GET /api/stats has figures"
    : undefined;
