/** `npm run audit-log`: runs the built scripts/audit-log.mts with the environment of the server. */
import { runBuilt } from "./run-built.mjs";

await runBuilt("audit-log");
