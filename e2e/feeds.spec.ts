/** Feeds, on their own server, with local services that answer as the real ones do. */
import { removeFolder, type ServerProcess, startServer, temporaryFolder } from "../tests/process";
import { type FeedsStandin, feedsStandin, TRACKER_KEY } from "../tests/standins/feeds";
import { makeUser } from "./api";
import { expect, test } from "./test";

const PIXEL = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);
let folder: string;
let standin: FeedsStandin;
let server: ServerProcess;
test.beforeAll(async () => {
  folder = temporaryFolder();
  standin = await feedsStandin();
  server = await startServer({
    DATA_DIR: folder,
    ROCKET_LEAGUE_API_URL: standin.url,
    ROCKET_LEAGUE_API_KEY: TRACKER_KEY,
    REDDIT_API_URL: standin.url,
    LEMMY_API_URL: standin.url,
  });
});
test.afterAll(async () => {
  await server?.stop();
  await standin?.close();
  removeFolder(folder);
});
test("track a player, see the ranks, stop and take that back; look at memes", async ({ browser, watch }) => {
  // The browser logs the 404 of an unknown player.
  watch.allow(/404/);
  const { username, password } = await makeUser(server.url);
  const context = await browser.newContext({ baseURL: server.url });
  watch.add(context);
  await context.request.post("/api/auth/login", { data: { username, password } });
  const page = await context.newPage();
  await page.goto("/dashboard/feeds");
  const ranks = page.getByRole("region", { name: "Rocket League", exact: true });
  await expect(ranks.getByText("No tracked players yet")).toBeVisible();

  await ranks.getByRole("button", { name: "Track player", exact: true }).first().click();
  const dialog = page.getByRole("dialog", { name: "Track player", exact: true });
  await dialog.getByLabel("Name", { exact: true }).fill("nobody");
  await dialog.getByRole("button", { name: "Track player", exact: true }).click();
  await expect(dialog.getByText("No player nobody on epic")).toBeVisible();
  await dialog.getByLabel("Platform", { exact: true }).selectOption("steam");
  await dialog.getByLabel("Name", { exact: true }).fill("PlayerName");
  await page.keyboard.press("Enter");
  await expect(dialog).toBeHidden();
  await expect(ranks.getByText("Diamond I · Div 3")).toBeVisible();
  await expect(ranks.getByText("1,150 MMR")).toBeVisible();

  await ranks.getByRole("button", { name: "Stop tracking PlayerName", exact: true }).click();
  await expect(ranks.getByText("No tracked players yet")).toBeVisible();
  await page.getByRole("button", { name: "Undo", exact: true }).click();
  await expect(ranks.getByText("Diamond I · Div 3")).toBeVisible();

  // The picture's own host is not reached from here.
  await page.route("**/api/memes/image?*", (route) => route.fulfill({ contentType: "image/png", body: PIXEL }));
  const memes = page.getByRole("region", { name: "Memes", exact: true });
  await memes.getByLabel("Source", { exact: true }).selectOption("lemmy");
  await memes.getByRole("button", { name: "Show meme", exact: true }).click();
  await expect(memes.getByRole("img", { name: "Federated picture", exact: true })).toBeVisible();
  await memes.getByLabel("Source", { exact: true }).selectOption("reddit");
  await memes.getByRole("button", { name: "Next meme", exact: true }).click();
  await expect(memes.getByText(/r\/memes · by somebody/)).toBeVisible();
  await context.close();
});
