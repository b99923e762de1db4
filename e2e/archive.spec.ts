/** The archive of `npm run package`, unpacked where nothing else of Muster is. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { ADMIN, endProcess, freePort, removeFolder, temporaryFolder } from "../tests/process";
import { makeBot, signIn } from "./api";
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

/** Starts the server of an unpacked archive, and waits until it answers. Returns its address. */
async function start(at: string, settings: Record<string, string>): Promise<string> {
  const port = settings.PORT ?? String(await freePort());
  const env = { ...environment, HOST: "127.0.0.1", PORT: port, ...settings };
  child = spawn(join(at, "muster-server"), { cwd: "/", env, stdio: "ignore" });
  const url = `http://127.0.0.1:${port}`;
  const answers = () =>
    fetch(`${url}/api/health`).then(
      ({ ok }) => ok,
      () => false,
    );
  await expect.poll(answers).toBe(true);
  return url;
}

/** Ends the server as an administrator does. */
async function stop(): Promise<void> {
  const ended = once(child!, "exit");
  child!.kill("SIGTERM");
  expect(await ended).toEqual([0, null]);
}

test("an unpacked archive starts without Node.js or packages of the machine", async ({ page }) => {
  const url = await start(folder, { API_ADMIN_USER: ADMIN.username, API_ADMIN_PASS: ADMIN.password });
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
  await stop();
});

test("a newcomer claims a server, connects a bot, is alerted, goes back to a backup and upgrades", async ({ page }) => {
  const data = join(place, "newcomer");
  mkdirSync(data);
  const settings = { DATA_DIR: data, OUTBOUND_ALLOW_CIDRS: "127.0.0.0/8", PORT: String(await freePort()) };
  const tool = (...args: string[]) =>
    execFileSync(program, args, { env: { ...environment, DATA_DIR: data }, encoding: "utf8" });
  const login = { username: "first", password: "correct horse battery" };
  const heard: string[] = [];
  const receiver = createServer((request, response) => {
    request.setEncoding("utf8").on("data", (text) => heard.push(text));
    request.on("end", () => response.end());
  }).listen(0, "127.0.0.1");
  await once(receiver, "listening");
  let bot: ChildProcess | undefined;
  try {
    const url = await start(folder, settings);
    const link = new URL(readFileSync(join(data, "setup-link.txt"), "utf8").trim());
    await page.goto(url + link.pathname + link.search);
    await page.getByLabel("Username", { exact: true }).fill(login.username);
    await page.getByLabel("Email", { exact: true }).fill("first@example.org");
    await page.getByLabel("Password", { exact: true }).fill(login.password);
    await page.getByRole("button", { name: "Create admin account", exact: true }).click();
    await expect(page).toHaveURL(`${url}/dashboard`);
    await page.close();
    let api = await signIn(url, login);
    const greeter = await makeBot(api, "Greeter");

    // The client that the server offers, and the bot of its README.
    const npm = ["install", "--no-audit", "--no-fund", "--loglevel=error", `${url}/clients/muster-client.tgz`];
    execFileSync("npm", npm, { cwd: data });
    const [, code] = /^```ts\n([\s\S]*?)^```/m.exec(readFileSync("clients/typescript/README.md", "utf8"))!;
    const own = code!.replace("http://localhost:5000", url).replace("bot_…", greeter.id).replace("mb_…", greeter.token);
    writeFileSync(join(data, "bot.mjs"), own);
    bot = spawn(process.execPath, ["bot.mjs"], { cwd: data, stdio: "ignore" });
    const isAnswered = async () => {
      const { command } = await api.post("/api/commands", { bot_id: greeter.id, type: "ping" });
      const readStatus = async () => (await api.get(`/api/commands/${command.id}`)).command.status;
      await expect.poll(readStatus).toBe("completed");
    };
    await isAnswered();

    const { port } = receiver.address() as AddressInfo;
    const receiverUrl = `http://127.0.0.1:${port}/`;
    await api.post("/api/webhooks", { name: "Duty", team_id: null, url: receiverUrl, kinds: ["alert.opened"] });
    await api.post("/api/alerts", { level: "critical", message: "The disk is full" });
    await expect.poll(() => heard.join("")).toContain("The disk is full");

    tool("backup", "create");
    const [backup] = readdirSync(join(data, "backups")).filter((name) => name.endsWith(".tar.gz"));
    expect(await api.status(`/api/my-bots/${greeter.id}`, "DELETE")).toBe(200);
    await stop();
    tool("backup", "restore", join(data, "backups", backup!));

    // An upgrade replaces the folder of the program and keeps the data.
    const newer = join(place, "newer");
    renameSync(folder, newer);
    await start(newer, settings);
    // A restore ends the sessions.
    api = await signIn(url, login);
    expect((await api.get("/api/my-bots")).bots.map(({ name }: { name: string }) => name)).toEqual(["Greeter"]);
    await isAnswered();
    await stop();
  } finally {
    await endProcess(bot);
    receiver.close();
  }
});
