/**
 * Tests texts by regular expressions in a separate thread. An expression may need a quarter of a second for one long
 * line, and the thread that serves bots must not wait for it.
 */
import { createRequire } from "node:module";
import { Worker } from "node:worker_threads";
import type { Expression } from "../query/regex";

/** After this time the thread answers with the texts that it has tested, at least one. */
const SLICE_MS = 20;
/** The code of the thread: plain JavaScript as text, because the bundle contains no module for it. */
const THREAD = `
const { parentPort, workerData } = require("node:worker_threads");
const { RE2JS } = require(workerData.engine);
let known = { key: "", compiled: [] };
parentPort.on("message", ({ id, expressions, texts }) => {
  try {
    const key = JSON.stringify(expressions);
    if (known.key !== key)
      known = { key, compiled: expressions.map(({ source, flags, not }) => ({ regex: RE2JS.compile(source, flags), not })) };
    const end = performance.now() + workerData.slice;
    const hits = [];
    for (const text of texts) {
      hits.push(known.compiled.every(({ regex, not }) => regex.test(text) !== not));
      if (performance.now() >= end) break;
    }
    parentPort.postMessage({ id, hits });
  } catch (error) {
    parentPort.postMessage({ id, error: String(error && error.message || error) });
  }
});
`;

type Reply = { id: number } & ({ hits: boolean[] } | { error: string });
type Waiting = { resolve: (hits: boolean[]) => void; reject: (error: Error) => void };

/** The thread of this process, started at its first use. It does not keep the process alive. */
const state: { worker?: Worker; last: number; waiting: Map<number, Waiting> } = { last: 0, waiting: new Map() };

/** Rejects all that wait for a thread that failed. Its end is reported after its error, when another may have started. */
function failAll(worker: Worker, error: Error): void {
  if (state.worker !== worker) return;
  for (const { reject } of state.waiting.values()) reject(error);
  state.waiting.clear();
  state.worker = undefined;
}

function start(): Worker {
  const engine = createRequire(import.meta.url).resolve("re2js");
  const worker = new Worker(THREAD, { eval: true, workerData: { engine, slice: SLICE_MS } });
  worker.on("message", (reply: Reply) => {
    const waiting = state.waiting.get(reply.id);
    state.waiting.delete(reply.id);
    if ("hits" in reply) waiting?.resolve(reply.hits);
    else waiting?.reject(new Error(reply.error));
  });
  worker.on("error", (error: Error) => failAll(worker, error));
  worker.on("exit", () => failAll(worker, new Error("the thread of regular expressions ended")));
  worker.unref();
  return worker;
}

/**
 * Tests the first of the texts, as many as a short time allows, and at least one. Returns for each tested text whether
 * it has all expressions, and none of those that exclude.
 */
export function testTexts(expressions: readonly Expression[], texts: readonly string[]): Promise<boolean[]> {
  state.worker ??= start();
  const id = ++state.last;
  return new Promise((resolve, reject) => {
    state.waiting.set(id, { resolve, reject });
    state.worker!.postMessage({ id, expressions, texts });
  });
}
