/** The properties of async-mutex that the order of SQLite writes rests on, which an upgrade of the package must keep. */
import { Mutex } from "async-mutex";
import { expect, it } from "vitest";

const tick = () => new Promise((resolve) => setImmediate(resolve));

it("runs one write at a time, in the order they came", async () => {
  const mutex = new Mutex();
  const order: string[] = [];
  let inside = 0;
  await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      mutex.runExclusive(async () => {
        expect(++inside).toBe(1);
        await tick();
        order.push(String(index));
        inside--;
      }),
    ),
  );
  expect(order).toEqual(Array.from({ length: 20 }, (_, index) => String(index)));
  expect(mutex.isLocked()).toBe(false);
});

it("goes on after a failed write, and ignores a second release", async () => {
  const mutex = new Mutex();
  await expect(mutex.runExclusive(() => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
  const release = await mutex.acquire();
  release();
  release();
  expect(mutex.isLocked()).toBe(false);
  await expect(mutex.runExclusive(async () => "next")).resolves.toBe("next");
});
