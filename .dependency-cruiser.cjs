/**
 * The layer rules of ARCHITECTURE.md, as errors. They are written as lists of what may be imported: a new kind of file is refused
 * until it is on one. Run: npm run check -- layers
 */
const WINGS = ["edge", "operations", "community", "fleet", "identity", "core"];
/** Files through which other rooms enter a room; large contracts and queries are split by subject. */
const ENTRANCES = [
  "^lib/[^/]+/[^/]+/index\\.ts$",
  "^lib/edge/compat/[^/]+/index\\.ts$",
  "/(contract|queries)[-.a-z]*\\.ts$",
  // The API document lists every route, and routes import the index, so the index cannot load it.
  "^lib/edge/(http/openapi(\\.schemas)?|realtime/asyncapi)\\.ts$",
];
const CONTRACT = "^lib/.+/contract[-.a-z]*\\.ts$";
/** Files of a room that run in the browser, where the pages' client is at hand. */
const BROWSER = "/(queries[-.a-z]*|outbox-store)\\.ts$";
/** Code that puts the rooms together, and tests, which look behind the entrance of their own room. */
const ROOT = "^lib/app(\\.life)?\\.ts$";
const TEST = "\\.test\\.tsx?$";

module.exports = {
  forbidden: [
    { name: "lib-never-imports-app", severity: "error", from: { path: "^lib/" }, to: { path: "^(app/|server\\.ts)" } },
    ...WINGS.map((wing, index) => ({
      name: `${wing}-imports-only-wings-below-it`,
      severity: "error",
      from: { path: `^lib/${wing}/` },
      to: {
        path: "^lib/",
        // The edge is handed the rooms: it knows their types as the composition root has them, and nothing else of it.
        pathNot: [`^lib/(${[...WINGS.slice(index), "client"].join("|")})/`, ...(wing === "edge" ? [ROOT] : [])],
      },
    })),
    {
      name: "only-queries-use-the-browser-side",
      severity: "error",
      from: { path: `^lib/(${WINGS.join("|")})/`, pathNot: BROWSER },
      to: { path: "^lib/client/" },
    },
    {
      name: "only-the-process-imports-the-composition-root",
      severity: "error",
      from: { path: "^(app|lib|clients)/", pathNot: [TEST, ROOT] },
      to: { path: ROOT, dependencyTypesNot: ["type-only"] },
    },
    {
      name: "enter-a-room-by-index-contract-or-queries",
      severity: "error",
      from: { path: "^(?:lib/([^/]+/[^/]+)/|app/|lib/client/)", pathNot: ROOT },
      to: {
        path: "^lib/((edge|operations|community|fleet|identity)/[^/]+|core/(settings|mail|jobs))/",
        pathNot: [...ENTRANCES, "^lib/$1/"],
      },
    },
    {
      name: "the-browser-side-imports-contracts-only",
      severity: "error",
      from: { path: "^lib/client/" },
      to: {
        path: "^(lib|generated)/",
        pathNot: [
          ...["^lib/client/", "^generated/calls/", CONTRACT],
          ...["^lib/core/format/json\\.ts$", "^lib/core/page-headers\\.ts$"],
        ],
      },
    },
    {
      name: "pages-import-no-rooms",
      severity: "error",
      from: { path: "^app/", pathNot: ["^app/api/", "/route\\.ts$", TEST] },
      to: {
        path: "^(lib|generated)/",
        pathNot: [
          ...["^lib/client/", "^generated/(calls/|docs\\.ts$)", CONTRACT, "/queries[-.a-z]*\\.ts$"],
          ...["^lib/core/format/", "^lib/core/(own-path|page-headers)\\.ts$"],
        ],
      },
    },
    {
      name: "the-process-of-the-pages-imports-no-rooms",
      severity: "error",
      from: { path: "^lib/edge/pages/process[-.a-z]*\\.ts$" },
      to: { path: "^(lib|generated)/", pathNot: "^lib/edge/pages/sockets\\.ts$" },
    },
    {
      name: "only-stores-touch-the-database",
      severity: "error",
      from: {
        path: "^(lib/|app/|server\\.ts)",
        pathNot: [
          "^lib/core/db/",
          "/(store[-.a-z]*|joins)\\.ts$",
          TEST,
          ROOT,
          "^lib/core/startup/(file-lock|preflight)\\.ts$",
        ],
      },
      to: {
        path: ["^lib/core/db/", "^generated/(sqlite|postgres|tables)", "node_modules/(@prisma|kysely|pg)/"],
      },
    },
    {
      name: "contracts-stay-browser-safe",
      severity: "error",
      from: { path: CONTRACT, pathNot: TEST },
      to: { pathNot: [CONTRACT, "node_modules/zod", "^lib/core/format/json\\.ts$"] },
    },
    {
      name: "clients-never-import-the-server",
      severity: "error",
      from: { path: "^clients/" },
      to: { path: "^(lib|app|prisma|server|generated)", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "no-cycles",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
  ],
  options: {
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules|^generated" },
    exclude: { path: "^(\\.next|dist|clients/typescript/dist)" },
  },
};
