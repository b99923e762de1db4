/** The order of the sidebar, which a person chooses. */
import { expect, expectLive, test } from "./test";

test("the pages of the sidebar are moved by keys and by a drag, stay there, and go back", async ({ home }) => {
  await home.goto("/dashboard");
  await expectLive(home);
  const main = home.getByRole("navigation", { name: "Main", exact: true });
  const links = main.getByRole("list", { name: "Operate", exact: true }).getByRole("link");
  await expect(links).toHaveText(["Overview", "Bots", "Tickets", "Transfers"]);
  const bots = main.getByRole("link", { name: "Bots", exact: true });
  await bots.focus();
  await home.keyboard.press("Alt+ArrowDown");
  await expect(links).toHaveText(["Overview", "Tickets", "Bots", "Transfers"]);
  await expect(bots).toBeFocused();
  await expect(main.getByRole("status")).toHaveText("Bots, position 3 of 4");
  await main
    .getByRole("link", { name: "Transfers", exact: true })
    .dragTo(main.getByRole("link", { name: "Overview", exact: true }));
  await expect(links).toHaveText(["Transfers", "Overview", "Tickets", "Bots"]);
  await home.reload();
  await expect(links).toHaveText(["Transfers", "Overview", "Tickets", "Bots"]);
  await main.getByRole("button", { name: "Reset order", exact: true }).click();
  await expect(links).toHaveText(["Overview", "Bots", "Tickets", "Transfers"]);
  await home.reload();
  await expect(links).toHaveText(["Overview", "Bots", "Tickets", "Transfers"]);
  await expect(main.getByRole("button", { name: "Reset order", exact: true })).toBeHidden();
});
