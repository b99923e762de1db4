/** The version in package.json; the build and the tests run from the project's root. */

import { readFileSync } from "node:fs";
import { readJson } from "@/lib/core/format/json";

export const VERSION = readJson<{ version: string }>(readFileSync("package.json", "utf8")).version;
