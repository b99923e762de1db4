/** The simulator's door: what scripts/demo.mjs bundles. */
export { Fleet, operator } from "./fleet";
export { HELP, OptionError, readOptions } from "./options";
