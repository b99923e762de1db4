/** The GraphQL playground: run a query, get an error, insert an operation from the schema, and subscribe. */
import { makeUser } from "./api";
import { expect, test } from "./test";

test("the playground runs a query, explains a mistake, shows the schema, and subscribes", async ({
  browser,
  watch,
  baseURL,
}) => {
  const { username, password } = await makeUser(baseURL!);
  const context = await browser.newContext();
  watch.add(context);
  await context.request.post("/api/auth/login", { data: { username, password } });
  const page = await context.newPage();
  // A browser that opens document 002's address is redirected to the playground.
  await page.goto("/graphql?query=%7B%20me%20%7B%20nickname%20%7D%20%7D");
  await expect(page.getByRole("heading", { name: "GraphQL", exact: true })).toBeVisible();
  const editor = page.getByRole("textbox", { name: "GraphQL document", exact: true });
  await expect(editor).toContainText("nickname");
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await expect(page.getByText("Cannot query field")).toBeVisible();

  // Picking a field replaces what was typed; both the message and the editor's own undo bring it back.
  const me = page.getByRole("button", { name: /^me: User/ });
  await me.click();
  await expect(editor).toContainText("fullname");
  await page.getByRole("button", { name: "Undo", exact: true }).click();
  await expect(editor).toContainText("nickname");
  await me.click();
  await expect(editor).toContainText("fullname");
  await editor.press("ControlOrMeta+z");
  await expect(editor).toContainText("nickname");
  await me.click();
  await expect(editor).toContainText("fullname");
  await editor.press("ControlOrMeta+Enter");
  await expect(page.getByText(`"username": "${username}"`)).toBeVisible();

  await page.getByText("Subscription", { exact: false }).first().click();
  await page.getByRole("button", { name: /^systemMetrics/ }).click();
  await page.getByRole("button", { name: "Subscribe", exact: true }).click();
  // Readings arrive one after the other until the subscription stops.
  await expect(page.getByText('"cpuUsage"').nth(1)).toBeVisible();
  await page.getByRole("button", { name: "Stop", exact: true }).click();
  await expect(page.getByRole("button", { name: "Subscribe", exact: true })).toBeVisible();
});
