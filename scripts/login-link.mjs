/** `npm run login-link`: runs the built scripts/login-link.mts with the environment of the server. */
import { runBuilt } from "./run-built.mjs";

await runBuilt("login-link");
