import { expect, it } from "vitest";
import { divide } from "./line";
import { parseQuery } from "./parse";

it("reads the words and the metadata of a line once, however many terms look at them", () => {
  const read = { message: 0, metadata: 0 };
  const line = {
    ...{ type: "info", bot_id: "ada" },
    get message() {
      read.message++;
      return "Gateway lost again";
    },
    get metadata() {
      read.metadata++;
      return { attempt: 3 };
    },
  };
  const { terms } = parseQuery('-found -voice -"gateway found" -"lost gateway" attempt:3 -attempt:>3 -note:x', "utc");
  expect(divide(terms).test(line)).toBe(true);
  expect(read).toEqual({ message: 1, metadata: 1 });
});
