/** The archive of `npm run package`, unpacked where nothing else of Muster is. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ADMIN, endProcess, freePort, removeFolder, temporaryFolder } from "../tests/process";
import { expect, test } from "./test";

const place = temporaryFolder();
const folder = join(place, "muster");
const program = join(folder, "muster-server");
const environment = { PATH: "/usr/bin:/bin", NODE_ENV: "production", DATA_DIR: join(place, "data") } as const;
let child: ChildProcess | undefined;

test.beforeAll(() => {
  execFileSync(process.execPath, ["scripts/package.mjs", folder]);
  mkdirSync(environment.DATA_DIR);
});
test.afterAll(async () => {
  await endProcess(child);
  removeFolder(place);
});

/** Packages that the built files import, by their names. */
function importedPackages(): string[] {
  const names = readdirSync(join(folder, "dist"))
    .filter((name) => name.endsWith(".mjs") && name !== "muster.mjs")
    .flatMap((name) => [
      ...readFileSync(join(folder, "dist", name), "utf8").matchAll(/(?:\bfrom|\bimport\(?)"(@?[a-z][\w./-]*)"/g),
    ])
    .map(([, name]) => name!);
  return [...new Set(names)].filter((name) => !name.startsWith("node:")).sort();
}

test("an unpacked archive holds every package that it imports", () => {
  const names = importedPackages();
  expect(names).toEqual(expect.arrayContaining(["next", "@prisma/client/runtime/client"]));
  const script = `for (const name of ${JSON.stringify(names)}) await import(name);`;
  // The built files import from dist/, so that packages are found from there.
  execFileSync(join(folder, "bin", "node"), ["--input-type=module", "-e", script], {
    cwd: join(folder, "dist"),
    env: environment,
  });
});

test("an unpacked archive starts without Node.js or packages of the machine", async ({ page }) => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = {
    ...environment,
    HOST: "127.0.0.1",
    PORT: String(port),
    API_ADMIN_USER: ADMIN.username,
    API_ADMIN_PASS: ADMIN.password,
  };
  child = spawn(program, { cwd: "/", env, stdio: "ignore" });
  await expect
    .poll(() =>
      fetch(`${url}/api/health`).then(
        ({ ok }) => ok,
        () => false,
      ),
    )
    .toBe(true);

  await page.goto(`${url}/login`);
  await page.getByLabel("Username or email", { exact: true }).fill(ADMIN.username);
  await page.getByLabel("Password", { exact: true }).fill(ADMIN.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page).toHaveURL(`${url}/dashboard`);
  for (const path of [
    "/dashboard/bots",
    "/dashboard/logs",
    "/dashboard/alerts",
    "/admin/system",
    "/docs",
    "/docs/api",
  ]) {
    await page.goto(url + path);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  }
  const schema = await page.request.post(`${url}/graphql`, { data: { query: "{ __typename }" } });
  expect([schema.status(), await schema.json()]).toEqual([200, { data: { __typename: "Query" } }]);

  const link = execFileSync(program, ["login-link", ADMIN.username], {
    cwd: "/",
    env: { ...environment, PUBLIC_URL: url },
    encoding: "utf8",
  });
  expect(link).toContain(`${url}/login/link`);
  expect(() => execFileSync(program, ["nothing"], { env: environment, stdio: "pipe" })).toThrow(
    /there is no tool "nothing"/,
  );

  await page.close();
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  expect(await ended).toEqual([0, null]);
});
