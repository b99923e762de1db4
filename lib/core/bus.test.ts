/** Facts: heard by all, harmed by none, and one bus for every copy of the module. */
import { expect, it, vi } from "vitest";
import { bus, emit } from "./bus";

const fact = { user_id: 1 };

it("tells every listener, whatever another one throws", () => {
  const [broken, sound] = [
    vi.fn().mockImplementation(() => {
      throw new Error("broken");
    }),
    vi.fn(),
  ];
  const ends = [bus.on("user.deleted", broken), bus.on("user.deleted", sound)];
  expect(() => emit("user.deleted", fact)).not.toThrow();
  expect(sound).toHaveBeenCalledWith(fact, { remote: false });
  for (const end of ends) end();
  emit("user.deleted", fact);
  expect(sound).toHaveBeenCalledTimes(1);
});
