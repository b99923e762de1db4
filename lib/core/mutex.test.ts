import { expect, it } from "vitest";
import { Mutex } from "./mutex";

const tick = () => new Promise((resolve) => setImmediate(resolve));

it("runs one at a time, in the order they came", async () => {
  const mutex = new Mutex();
  const order: string[] = [];
  let inside = 0;
  await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      mutex.run(async () => {
        expect(++inside).toBe(1);
        await tick();
        order.push(String(index));
        inside--;
      }),
    ),
  );
  expect(order).toEqual(Array.from({ length: 20 }, (_, index) => String(index)));
  expect(mutex.depth).toBe(0);
});

it("goes on after one that failed, and is given back once however often it is released", async () => {
  const mutex = new Mutex();
  await expect(mutex.run(() => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
  const release = await mutex.acquire();
  release();
  release();
  expect(mutex.depth).toBe(0);
  await expect(mutex.run(async () => "next")).resolves.toBe("next");
});
