/** `npm run backup`: runs the built scripts/backup.mts with the environment of the server. */
import { runBuilt } from "./run-built.mjs";

await runBuilt("backup");
