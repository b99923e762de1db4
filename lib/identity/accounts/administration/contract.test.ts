/** The range of ids that an admin may send to delete an account. */
import { expect, it } from "vitest";
import { deleteUser } from "./contract";

it("refuses receivers of bots whom the databases cannot even look up", () => {
  const isAccepted = (transfer_to: string) => deleteUser.query.safeParse({ transfer_to }).success;
  expect(isAccepted(String(2 ** 31 - 1))).toBe(true);
  expect(isAccepted(String(2 ** 31))).toBe(false);
});
