/** The id of the build whose pages this process serves; empty in development and without built pages. */
import { readFileSync } from "node:fs";
import { env } from "@/lib/core/env";

// Read once at the start, because this process does not run a later build in the same folder.
export const BUILD_ID = readBuildId();

function readBuildId(): string {
  try {
    return env.production ? readFileSync(".next/BUILD_ID", "utf8").trim() : "";
  } catch {
    return "";
  }
}
