/** Reads from and writes to the terminal. */
import { createInterface } from "node:readline";
import { writeJson } from "../typescript/src/json.js";
import { HELP } from "./options.js";
import { Trouble } from "./server.js";

const UNIT_MS: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

export const print = (text: string): void => void process.stdout.write(`${text}\n`);
export const printJson = (value: unknown): void => print(writeJson(value));

/** @throws Trouble with the text and the help */
export function usage(text: string): never {
  throw new Trouble(`${text}\n\n${HELP}`);
}

/** Returns the time of "15m", "2h" or "7d" before now, or the given time. */
export function instantOf(text: string): string {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (count && unit) return new Date(Date.now() - Number(count) * UNIT_MS[unit]!).toISOString();
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) usage(`Not a time: ${text}. Give 30s, 15m, 2h, 7d, or a date such as 2026-01-31`);
  return time.toISOString();
}

/** Removes control characters, so that text written by other people cannot control the terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to remove
export const plain = (text: string): string => text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "�");

/** Prints rows in columns as wide as their longest value. */
export function printTable(rows: string[][]): void {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  for (const row of rows)
    print(
      row
        .map((cell, column) => plain(cell).padEnd(widths[column]!))
        .join("  ")
        .trimEnd(),
    );
}

/** Reads a line from the terminal or a pipe. With `hidden` the typed text is not shown. */
export async function question(text: string, hidden = false): Promise<string> {
  process.stderr.write(text);
  const lines = createInterface({
    input: process.stdin,
    output: hidden ? undefined : process.stderr,
    terminal: process.stdin.isTTY,
  });
  const [line] = await Promise.race([
    new Promise<[string]>((resolve) => lines.once("line", (line) => resolve([line]))),
    new Promise<[string]>((resolve) => lines.once("close", () => resolve([""]))),
  ]);
  lines.close();
  if (hidden) process.stderr.write("\n");
  return line;
}
