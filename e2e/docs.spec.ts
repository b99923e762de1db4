/** A journey through the documentation, signed out: a guide is found by a word of its text, and an operation by its name. */
import { expect, test } from "./test";

test("a reader without an account finds a guide by its text and an operation by its name", async ({ page, url }) => {
  await page.goto(`${url}/docs`);
  const guides = page.getByRole("navigation", { name: "Documentation", exact: true });
  await page.keyboard.press("/");
  const search = guides.getByRole("searchbox");
  await expect(search).toBeFocused();
  await search.fill("lease");
  await search.press("Enter");
  await expect(page.getByRole("status")).toContainText("found for “lease”");
  await page.getByRole("main").getByRole("link", { name: "Commands", exact: true }).click();
  await expect(page).toHaveURL(`${url}/docs/commands`);
  await expect(page.getByRole("heading", { level: 1, name: "Commands", exact: true })).toBeVisible();

  await page.getByRole("link", { name: "API reference", exact: true }).first().click();
  const operations = page.getByRole("navigation", { name: "Operations", exact: true });
  await operations.getByRole("searchbox").fill("DELETE my-bots token");
  await expect(operations.getByText("No operation matches")).toBeVisible();
  await operations.getByRole("searchbox").fill("/api/bot/{bot_id}/commands");
  await operations.getByRole("searchbox").press("Enter");
  await expect(page).toHaveURL(/\/docs\/api\/commands\/[\w-]+$/);
  await expect(page.getByRole("heading", { name: "Example request", exact: true })).toBeVisible();
  const current = operations.locator("[aria-current=page]");
  await expect(current).toHaveCount(1);
  const operation = page.url().split("/").at(-1);

  // An address from before operations had pages of their own still shows the operation in the list of its group.
  await page.goto(`${url}/docs/api/commands#${operation}`);
  await expect(page.locator(`[id="${operation}"]`)).toBeInViewport();
  await page.locator(`[id="${operation}"]`).getByRole("link").click();
  await expect(page).toHaveURL(`${url}/docs/api/commands/${operation}`);

  const missing = await page.request.get(`${url}/docs/api/commands/nothing`);
  expect(missing.status()).toBe(404);
});

test("no page of the API reference is larger than 400 kB", async ({ page, url }) => {
  const read = async (path: string) => {
    const answer = await page.request.get(url + path);
    expect(answer.status(), path).toBe(200);
    return { path, bytes: (await answer.body()).length, text: await answer.text() };
  };
  const linksOf = ({ text }: { text: string }) => [...new Set(text.match(/(?<=href=")\/docs\/api\/[^"#]+/g))];
  const index = await read("/docs/api");
  const groups = await Promise.all(linksOf(index).map(read));
  const operationsOf = groups.map((group) => linksOf(group).filter((path) => path.startsWith(`${group.path}/`)));
  const { paths } = await (await page.request.get(`${url}/api/openapi.json`)).json();
  expect(operationsOf.flat().length).toBeGreaterThanOrEqual(Object.keys(paths).length);
  // One operation of each group stands for the others: rendering all of them takes half a minute.
  const operations = await Promise.all(operationsOf.map(([path]) => read(path!)));
  const large = [index, ...groups, ...operations].filter(({ bytes }) => bytes > 400_000);
  expect(large.map(({ path, bytes }) => `${path} ${bytes}`)).toEqual([]);
});
