import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, describe, expect, it, vi } from "vitest";
import { contentOf, filesStandin } from "@/tests/standins/files";

vi.hoisted(() => {
  process.env.OUTBOUND_ALLOW_CIDRS = "127.0.0.2";
});

import { eventually } from "@/tests/eventually";
import { fetchFile } from "./fetch";
import { nameOf } from "./names";
import { Hopeless } from "./open";
import { createThrottle } from "./throttle";

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
  // The type and size are reported all the same.
  expect(job.known).toHaveBeenCalledWith({ size: 10_000_000, name: "large" });
  await eventually(() => expect(files.busy.now).toBe(0));
  await files.close();
});

it("fetches from a server that closes each connection while the reader is held back", async () => {
  const shared = join(dir, "shared");
  mkdirSync(shared);
  const names = Array.from({ length: 12 }, (_, index) => `file${index}`);
  const content = contentOf("python", 3_000_000);
  for (const name of names) writeFileSync(join(shared, name), content);
  const python = spawn("python3", ["-u", "-m", "http.server", "0", "--bind", "127.0.0.2", "--directory", shared]);
  const [line] = await once(createInterface(python.stdout), "line");
  const url = /http:\S+\d/.exec(String(line))![0];
  const throttle = createThrottle(60_000_000);
  await Promise.all(
    names.map(async (name) => {
      const file = join(dir, name);
      const about = { url: `${url}/${name}`, file, state: {}, connections: 4, maxBytes: 2 ** 40, throttle };
      const signal = new AbortController().signal;
      await fetchFile({ ...about, signal, known: vi.fn(), room: async () => {}, working: () => {} });
      expect(readFileSync(file).equals(content)).toBe(true);
    }),
  );
  python.kill();
});

describe("a file's name", () => {
  it.each([
    ["attachment; filename*=UTF-8''%e2%82%ac%20rates.txt; filename=rates.txt", "€ rates.txt"],
    ["attachment; filename=rates.txt; filename*=UTF-8''%e2%82%ac.txt", "€.txt"],
    ["attachment; filename*=windows-1252''%80.txt", "€.txt"],
    ["attachment; filename*=caf%C3%A9.txt", "café.txt"],
    ["attachment; filename*=\"utf-8''caf%C3%A9.txt\"", "café.txt"],
    ['attachment; filename="a; b.txt"', "a; b.txt"],
    ['attachment; filename="100%.txt"', "100%.txt"],
    ['attachment; filename="é%20x.txt"', "é x.txt"],
    ['attachment; filename="..%2fx"', "%2fx"],
    ['attachment; filename="=?iso-8859-1?Q?caf=E9_1=2Etxt?="', "café 1.txt"],
    ['attachment; filename*0="a b"; filename*1=".txt"', "a b.txt"],
    ["filename=bare.txt", "bare.txt"],
    ["inline", "last.bin"],
    ['attachment; filename="\u200d\u200c"', "download"],
  ])("is read from %s", (header, name) => {
    expect(nameOf(new URL("http://host/path/last.bin"), header)).toBe(name);
  });
});
