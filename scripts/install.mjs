/**
 * Installs the packages of package-lock.json if they are missing. Uses only Node itself, because nothing is installed
 * at the first run.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";

/** Turns on the check of commit messages in a clone, unless its owner has chosen hooks of their own. */
function enableCommitCheck() {
  if (!existsSync(".git")) return;
  const git = (...args) => spawnSync("git", ["config", ...args], { stdio: "ignore" }).status;
  if (git("--get", "core.hooksPath") === 1) git("core.hooksPath", ".githooks");
}

export function install() {
  enableCommitCheck();
  const stamp = createHash("sha256").update(readFileSync("package-lock.json")).update(process.version).digest("hex");
  const file = "node_modules/.muster-stamp";
  if (existsSync(file) && readFileSync(file, "utf8") === stamp) return;
  console.log("Installing packages …");
  const npm = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--include=dev"], {
    stdio: "inherit",
    shell: process.platform === "win32",
    // Never download Playwright's browser or Prisma's engines: the tests use the system's Chromium, and Prisma runs as WebAssembly.
    env: {
      ...process.env,
      PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: "1",
      NODE_ENV: "development",
      npm_config_loglevel: "error",
    },
  });
  if (npm.status) process.exit(npm.status ?? 1);
  writeFileSync(file, stamp);
}
