import { openLine } from "./line";
import { expect, test } from "./test";

test.use({ serviceWorkers: "allow" });

test("a page reloaded while the server is away says so, and opens again by itself", async ({ home, url, watch }) => {
  watch.allow(/net::ERR/, /WebSocket connection/, /status of 50[23]/);
  const line = await openLine(url);
  try {
    await home.goto(`${line.url}/dashboard/bots`);
    await expect.poll(() => home.evaluate(() => Boolean(navigator.serviceWorker.controller))).toBe(true);
    line.cut();
    await home.reload();
    await expect(home.getByRole("heading", { name: "Muster cannot be reached", exact: true })).toBeVisible();
    await expect(home.getByRole("link", { name: "Try again", exact: true })).toBeVisible();
    line.mend();
    await expect(home.getByRole("heading", { name: "Bots", exact: true })).toBeVisible();
    await expect(home).toHaveURL(`${line.url}/dashboard/bots`);
  } finally {
    await line.close();
  }
});

test("the console can be installed, and its icons are there", async ({ home, url }) => {
  await home.goto("/dashboard");
  const devtools = await home.context().newCDPSession(home);
  const { installabilityErrors } = await devtools.send("Page.getInstallabilityErrors");
  // Windows of tests are private ones, which install nothing.
  expect(installabilityErrors.filter(({ errorId }) => errorId !== "in-incognito")).toEqual([]);
  const address = await home.locator('link[rel="manifest"]').getAttribute("href");
  const manifest = await home.request.get(address!);
  expect(manifest.headers()["content-type"]).toBe("application/manifest+json");
  const { start_url, icons } = (await manifest.json()) as { start_url: string; icons: { src: string; type: string }[] };
  expect(start_url).toBe("/dashboard");
  const apple = await home.locator('link[rel="apple-touch-icon"]').getAttribute("href");
  for (const { src, type } of [...icons, { src: apple!, type: "image/png" }]) {
    const icon = await home.request.get(new URL(src, url).href);
    expect([src, icon.status(), icon.headers()["content-type"]]).toEqual([src, 200, type]);
  }
});
