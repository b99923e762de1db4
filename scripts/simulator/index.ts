/** The entry of the simulator, which scripts/demo.mjs bundles. */
export { Fleet, operator } from "./fleet";
export { HELP, OptionError, readOptions } from "./options";
