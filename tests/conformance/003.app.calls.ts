/** Reads the list of the app's calls, and compares a reply with the fields that the app reads of it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Json } from "../api";

export const ROLES = ["admin", "moderator", "user"] as const;
export type AppRole = (typeof ROLES)[number];
export type AppCall = { name: string; roles: AppRole[]; line: string; reads: string; body?: string };

export const APP_CALLS: AppCall[] = readFileSync(join(import.meta.dirname, "003.app.calls.tsv"), "utf8")
  .split("\n")
  .filter((line) => line && !line.startsWith("#"))
  .map((text) => {
    const [name = "", roles = "", line = "", reads = "{}", body] = text.split("\t");
    return { name, roles: ROLES.filter((role) => roles.includes(role[0]!)), line, reads, body };
  });

type Shape =
  | { kind: "type"; type: string; optional: boolean }
  | { kind: "rows"; of: Shape; filled: boolean }
  | { kind: "fields"; fields: [string, Shape][] };

/** Reads the notation that the head of the list explains. @throws Error for anything else */
export function shapeOf(text: string): Shape {
  let at = 0;
  const take = (pattern: RegExp): string | undefined => {
    const found = new RegExp(pattern.source, "y");
    found.lastIndex = at;
    const match = found.exec(text);
    if (match) at = found.lastIndex;
    return match?.[0];
  };
  function fields(): Shape {
    const all: [string, Shape][] = [];
    while (!take(/\}/)) {
      const name = take(/\w+(?=:)|\*/);
      if (!name || !take(/:/)) throw new Error(`A field is expected at "${text.slice(at)}"`);
      all.push([name, value()]);
      take(/ +/);
    }
    return { kind: "fields", fields: all };
  }
  function value(): Shape {
    if (take(/\{/)) return fields();
    if (take(/\[/)) {
      const filled = take(/\+/) !== undefined;
      const of = value();
      if (!take(/\]/)) throw new Error(`A list ends at "${text.slice(at)}"`);
      return { kind: "rows", of, filled };
    }
    const type = take(/="[^"]*"|[SINBLMART]/);
    if (!type) throw new Error(`A type is expected at "${text.slice(at)}"`);
    return { kind: "type", type, optional: take(/\?/) !== undefined };
  }
  const whole = value();
  if (at < text.length) throw new Error(`Nothing is expected at "${text.slice(at)}"`);
  return whole;
}

const IS: Record<string, (value: Json) => boolean> = {
  S: (value) => typeof value === "string",
  I: Number.isInteger,
  N: (value) => typeof value === "number",
  B: (value) => typeof value === "boolean",
  L: Array.isArray,
  M: (value) => typeof value === "object" && value !== null && !Array.isArray(value),
  A: (value) => value !== undefined && value !== null,
  R: (value) => ["admin", "mod", "lootling"].includes(value),
  T: (value) => ["Open", "Claimed", "Closed", "Assigned"].includes(value),
};

/** Returns the fields that the client would fail to read, one line each. */
export function unreadable(shape: Shape, value: Json, path = "$"): string[] {
  const wrong = (what: string) => [`${path} should be ${what}, is ${JSON.stringify(value)?.slice(0, 100)}`];
  if (shape.kind === "rows") {
    if (!Array.isArray(value)) return wrong("a list");
    if (shape.filled && value.length === 0) return wrong("a list with something in it");
    return value.flatMap((row, index) => unreadable(shape.of, row, `${path}[${index}]`));
  }
  if (shape.kind === "fields") {
    if (shape.fields.length === 0) return [];
    if (!IS.M!(value)) return wrong("an object");
    return shape.fields.flatMap(([name, one]) =>
      name === "*"
        ? Object.entries(value).flatMap(([key, each]) => unreadable(one, each, `${path}.${key}`))
        : unreadable(one, value[name], `${path}.${name}`),
    );
  }
  if (shape.optional && (value === undefined || value === null)) return [];
  if (shape.type.startsWith("=")) return value === shape.type.slice(2, -1) ? [] : wrong(shape.type.slice(1));
  return IS[shape.type]!(value) ? [] : wrong(shape.type);
}
