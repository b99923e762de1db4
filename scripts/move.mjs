/** `npm run move`: runs the built scripts/move.mts with the environment of the server. */
import { runBuilt } from "./run-built.mjs";

await runBuilt("move");
