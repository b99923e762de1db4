/** `npm run admin`: runs the built scripts/admin.mts with the environment of the server. */
import { runBuilt } from "./run-built.mjs";

await runBuilt("admin");
