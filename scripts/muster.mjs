/** `npm run muster`: bundles the command-line tool when its sources changed, and runs it. */
import { buildCommandLine } from "./build.mjs";

await buildCommandLine();
await import(new URL("../dist/muster.mjs", import.meta.url).href);
