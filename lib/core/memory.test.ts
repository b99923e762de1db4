import { expect, it, vi } from "vitest";
import { collect, createTrim } from "./memory";

const MB = 1024 * 1024;

/** A process of `bytes` that has been busy for `share` of the time; a collection frees a fifth. */
function aProcess(bytes: number, share: number) {
  const state = { bytes, share };
  const collect = vi.fn(() => {
    state.bytes *= 0.8;
  });
  const trim = createTrim({ resident: () => state.bytes, busyShare: () => state.share, collect });
  return { state, collect, trim };
}

it("collects once a process is quiet, and not again until it has grown", () => {
  const { state, collect, trim } = aProcess(140 * MB, 0.01);
  trim();
  trim();
  expect(collect).toHaveBeenCalledOnce();
  state.bytes += 10 * MB;
  trim();
  expect(collect).toHaveBeenCalledOnce();
  state.bytes += 10 * MB;
  trim();
  expect(collect).toHaveBeenCalledTimes(2);
});

it("leaves a busy process alone, however large it is", () => {
  const { state, collect, trim } = aProcess(400 * MB, 0.2);
  trim();
  expect(collect).not.toHaveBeenCalled();
  state.share = 0;
  trim();
  expect(collect).toHaveBeenCalledOnce();
});

it("has V8 collect what nothing refers to", async () => {
  let garbage: object | undefined = { large: new Array(1000).fill("x") };
  const left = new WeakRef(garbage);
  garbage = undefined;
  // A reference that was just read stays until the end of its task.
  await new Promise((resolve) => setImmediate(resolve));
  collect();
  expect(left.deref()).toBeUndefined();
});
