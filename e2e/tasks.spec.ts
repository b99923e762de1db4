/** Transfers, on their own server, with a local file server. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { removeFolder, type ServerProcess, startServer, temporaryFolder } from "../tests/process";
import { digestOf, type FilesStandin, filesStandin } from "../tests/standins/files";
import { makeUser } from "./api";
import { expect, test } from "./test";

const SIZE = 3_145_728;
let folder: string;
let files: FilesStandin;
let server: ServerProcess;
test.beforeAll(async () => {
  folder = temporaryFolder();
  files = await filesStandin();
  server = await startServer({ DATA_DIR: folder, OUTBOUND_ALLOW_CIDRS: "127.0.0.2" });
});
test.afterAll(async () => {
  await server?.stop();
  await files?.close();
  removeFolder(folder);
});

test("start a transfer, watch it finish, keep the file; pause, resume and cancel another", async ({
  browser,
  watch,
}) => {
  // The browser logs the 400 of a forbidden address.
  watch.allow(/400/);
  const { username, password } = await makeUser(server.url);
  const context = await browser.newContext({ baseURL: server.url });
  watch.add(context);
  await context.request.post("/api/auth/login", { data: { username, password } });
  const page = await context.newPage();
  await page.goto("/dashboard/tasks");
  await expect(page.getByText("No transfers yet")).toBeVisible();

  await page.getByRole("button", { name: "New download", exact: true }).first().click();
  const dialog = page.getByRole("dialog", { name: "New download", exact: true });
  await dialog.getByLabel("Address", { exact: true }).fill("http://127.0.0.1/secret");
  await dialog.getByRole("button", { name: "Start download", exact: true }).click();
  await expect(dialog.getByText(/is not a public address/)).toBeVisible();
  // A torrent needs no checksum, but an aria2, which this server does not have.
  await dialog.getByLabel("Address", { exact: true }).fill(`magnet:?xt=urn:btih:${"0".repeat(40)}`);
  await expect(dialog.getByLabel("Checksum", { exact: false })).toBeHidden();
  await dialog.getByRole("button", { name: "Start download", exact: true }).click();
  await expect(dialog.getByText(/it has no aria2 \(set ARIA2_RPC_URL/)).toBeVisible();
  await dialog.getByLabel("Address", { exact: true }).fill(`${files.url}/f/film.mkv?size=${SIZE}&hold=1048576`);
  await dialog.getByLabel("Checksum", { exact: true }).fill(`sha256:${digestOf("film.mkv", SIZE)}`);
  await page.keyboard.press("Enter");
  await expect(dialog).toBeHidden();

  const film = page.getByRole("listitem", { name: "film.mkv", exact: true });
  await expect(film.getByText("running", { exact: true })).toBeVisible();
  await expect(film.getByText(/1\.\d MB of 3\.0 MB/)).toBeVisible();
  await expect(film.getByRole("progressbar")).toHaveAttribute("value", /^3\d/);
  files.release();
  await expect(film.getByText("done", { exact: true })).toBeVisible();
  const [saved] = await Promise.all([
    page.waitForEvent("download"),
    film.getByRole("link", { name: "Save film.mkv", exact: true }).click(),
  ]);
  expect(saved.suggestedFilename()).toBe("film.mkv");
  const bytes = readFileSync(await saved.path());
  expect(createHash("sha256").update(bytes).digest("hex")).toBe(digestOf("film.mkv", SIZE));

  // A transfer started elsewhere appears at once.
  const url = `${files.url}/f/disc.iso?size=${SIZE}&hold=1048576`;
  await context.request.post("/api/download", { data: { url } });
  const disc = page.getByRole("listitem", { name: "disc.iso", exact: true });
  await disc.getByRole("button", { name: "Pause disc.iso", exact: true }).click();
  await expect(disc.getByText("paused", { exact: true })).toBeVisible();
  await disc.getByRole("button", { name: "Resume disc.iso", exact: true }).click();
  await expect(disc.getByText("running", { exact: true })).toBeVisible();
  await disc.getByRole("button", { name: "Cancel disc.iso", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Cancel download", exact: true }).click();
  await expect(disc.getByText("cancelled", { exact: true })).toBeVisible();

  await page.getByLabel("Status", { exact: true }).selectOption("completed");
  await expect(page).toHaveURL(/status=completed/);
  await expect(disc).toBeHidden();
  await film.getByRole("button", { name: "Remove film.mkv", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove transfer", exact: true }).click();
  await expect(page.getByText("No transfers match")).toBeVisible();
});
