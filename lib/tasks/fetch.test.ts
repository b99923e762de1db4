import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it, vi } from "vitest";
import { filesStandin } from "@/tests/standins/files";

vi.hoisted(() => {
  process.env.OUTBOUND_ALLOW_CIDRS = "127.0.0.2";
});

import { fetchFile } from "./fetch";
import { Hopeless } from "./open";

const dir = mkdtempSync(join(tmpdir(), "muster-fetch-"));
afterAll(() => rmSync(dir, { recursive: true }));

it("leaves no connection open when there is no room for the file", async () => {
  const files = await filesStandin();
  const job = {
    ...{ url: `${files.url}/f/large?size=10000000&hold=1000`, file: join(dir, "large"), state: {}, connections: 1 },
    ...{ maxBytes: 2 ** 40, signal: new AbortController().signal, throttle: async () => {}, working: () => {} },
    known: vi.fn(),
    room: () => Promise.reject(new Hopeless("UNAVAILABLE", "The disk is full")),
  };
  await expect(fetchFile(job)).rejects.toThrow("The disk is full");
  // What it is and how large is told all the same.
  expect(job.known).toHaveBeenCalledWith({ size: 10_000_000, name: "large" });
  await vi.waitFor(() => expect(files.busy.now).toBe(0), { timeout: 20_000 });
  await files.close();
});
