/** The version in package.json; the build and the tests run from the project's root. */
import { readFileSync } from "node:fs";
import { singleton } from "./singleton";

export const VERSION = singleton("version", () => JSON.parse(readFileSync("package.json", "utf8")).version as string);
