"use client";
/** State that a page keeps in its address, so that a link, the back button and a reload keep it. */
import { usePathname, useSearchParams } from "next/navigation";
import { useCallback, useEffect, useMemo, useRef, useSyncExternalStore } from "react";
import { createStore } from "@/lib/client/store";
import { writeJson } from "@/lib/core/format/json";
import { addressOf } from "./address";

/** push: the back button undoes the change. replace, the default: it does not. */
type Options = { history?: "push" | "replace" };

/** How a value is written in an address. `fallback` is the value without one, and is not written. */
type Parser<T, D extends T | null> = {
  parse: (text: string) => T | null;
  format: (value: T) => string;
  fallback: D;
  options: Options;
  withDefault: (value: T) => Parser<T, T>;
  withOptions: (options: Options) => Parser<T, D>;
};
// biome-ignore lint/suspicious/noExplicitAny: parsers of all values are kept together
type AnyParser = Parser<any, any>;
type ValueOf<P> = P extends Parser<infer T, infer D> ? T | D : never;
type Written<P> = P extends Parser<infer T, infer _> ? T | null : never;

function parser<T, D extends T | null>(
  parse: (text: string) => T | null,
  format: (value: T) => string,
  fallback: D,
  options: Options = {},
): Parser<T, D> {
  return {
    ...{ parse, format, fallback, options },
    withDefault: (value) => parser<T, T>(parse, format, value, options),
    withOptions: (more) => parser(parse, format, fallback, { ...options, ...more }),
  };
}

export const parseAsString = parser<string, null>((text) => text, String, null);
export const parseAsBoolean = parser<boolean, null>((text) => text === "true", String, null);
export const parseAsInteger = parser<number, null>(
  (text) => (/^-?\d{1,15}$/.test(text) ? Number(text) : null),
  String,
  null,
);
export const parseAsStringLiteral = <const T extends string>(values: readonly T[]) =>
  parser<T, null>((text) => values.find((value) => value === text) ?? null, String, null);

/** Values that were set on the page at `place` and that Next's router does not have yet: it takes an address over later. */
type Changes = { place: string; values: ReadonlyMap<string, string | null> };
const NONE: Changes = { place: "", values: new Map() };
const changes = createStore(NONE);
/** Browsers refuse more than about a hundred changes of the address in half a minute. */
const WRITE_MS = 50;
let timer: ReturnType<typeof setTimeout> | undefined;
let writtenAt = 0;
let isPush = false;

function write(): void {
  timer = undefined;
  writtenAt = Date.now();
  const { place, values } = changes.get();
  const { pathname, search, hash } = window.location;
  const method = isPush ? "pushState" : "replaceState";
  isPush = false;
  // A page that was left meanwhile keeps nothing.
  if (pathname !== place) changes.set(NONE);
  const address = pathname === place ? addressOf(search, values) : search;
  if (address !== search) window.history[method](null, "", pathname + address + hash);
}

function change(values: Iterable<[string, string | null]>, push: boolean): void {
  const { pathname } = window.location;
  const { place, values: before } = changes.get();
  changes.set({ place: pathname, values: new Map([...(place === pathname ? before : []), ...values]) });
  isPush ||= push;
  timer ??= setTimeout(write, Math.max(0, writtenAt + WRITE_MS - Date.now()));
}

/** Forgets the changes when the router shows what the address says: from then on the router's values count. */
function settle(params: string): void {
  if (timer === undefined && params === new URLSearchParams(window.location.search).toString()) changes.set(NONE);
}

/** Returns what reads a value of the address as it is, or as it will be in a moment. */
function useParams(): (name: string) => string | null {
  const params = useSearchParams();
  const pathname = usePathname();
  const { place, values } = useSyncExternalStore(changes.subscribe, changes.get, () => NONE);
  const text = params.toString();
  useEffect(() => settle(text), [text]);
  return (name) => (place === pathname && values.has(name) ? (values.get(name) ?? null) : params.get(name));
}

type Parsers = Record<string, AnyParser>;
type State<P extends Parsers> = { [K in keyof P]: ValueOf<P[K]> };
type Change<P extends Parsers> = { [K in keyof P]?: Written<P[K]> };

/** Several values of the address. What sets some of them leaves the others; null removes one, or all of them. */
export function useQueryStates<P extends Parsers>(parsers: P, options: Options = {}) {
  const read = useParams();
  const texts = Object.keys(parsers).map((name) => [name, read(name)] as const);
  const key = writeJson(texts);
  const latest = useRef({ parsers, options });
  useEffect(() => {
    latest.current = { parsers, options };
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` stands for the texts, and parsers do not change what they read
  const state = useMemo(
    () =>
      Object.fromEntries(
        texts.map(([name, text]) => {
          const { parse, fallback } = parsers[name]!;
          return [name, (text === null ? null : parse(text)) ?? fallback];
        }),
      ) as State<P>,
    [key],
  );
  const set = useCallback((next: Change<P> | null, { history }: Options = {}) => {
    const { parsers: known, options: general } = latest.current;
    const given = next ?? Object.fromEntries(Object.keys(known).map((name) => [name, null]));
    const sent = Object.entries(given).filter(([name, value]) => value !== undefined && known[name]);
    const asks = history ?? general.history ?? sent.map(([name]) => known[name]!.options.history).find(Boolean);
    change(
      sent.map(([name, value]) => {
        const { format, fallback } = known[name]!;
        const text = value === null ? null : format(value);
        return [name, fallback !== null && text === format(fallback) ? null : text];
      }),
      asks === "push",
    );
  }, []);
  return [state, set] as const;
}

/** One value of the address. */
export function useQueryState<T, D extends T | null>(name: string, as: Parser<T, D>, options?: Options) {
  const [state, set] = useQueryStates({ [name]: as }, options);
  const setOne = useCallback((value: T | null, more?: Options) => set({ [name]: value }, more), [name, set]);
  return [state[name] as T | D, setOne] as const;
}
