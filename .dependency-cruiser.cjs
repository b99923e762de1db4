/** The layer rules of ARCHITECTURE.md, as errors. Run: npm run check:layers */
module.exports = {
  forbidden: [
    { name: "lib-never-imports-app", severity: "error", from: { path: "^lib/" }, to: { path: "^app/" } },
    {
      name: "only-stores-touch-the-database",
      severity: "error",
      from: {
        path: "^(lib|app|server)",
        pathNot: "^lib/core/db/|/store[-.a-z]*\\.ts$|\\.test\\.ts$|^lib/app\\.ts$",
      },
      to: { path: "^lib/core/db/" },
    },
    {
      name: "domains-do-not-know-http-or-realtime",
      severity: "error",
      from: { path: "^lib/", pathNot: "^lib/edge/" },
      to: { path: "^lib/edge/(http|realtime|graphql)/", pathNot: "/contract\\.ts$" },
    },
    {
      name: "enter-a-domain-by-index-contract-or-queries",
      severity: "error",
      from: { path: "^(?:lib/([^/]+/[^/]+)|app)/" },
      to: { path: "^lib/[^/]+/.+/(store|service|policy|rules)[-.a-z]*\\.ts$", pathNot: "^lib/$1/" },
    },
    {
      name: "contracts-stay-browser-safe",
      severity: "error",
      from: { path: ["/contract\\.ts$", "/contract\\.[a-z]+\\.ts$"], pathNot: "\\.test\\.ts$" },
      to: {
        pathNot: ["/contract\\.ts$", "/contract\\.[a-z]+\\.ts$", "node_modules/zod", "^lib/core/format/json\\.ts$"],
      },
    },
    {
      name: "clients-never-import-the-server",
      severity: "error",
      from: { path: "^clients/" },
      to: { path: "^(lib|app|prisma|server)", dependencyTypesNot: ["type-only"] },
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
    exclude: { path: "^(\\.next|dist)" },
  },
};
