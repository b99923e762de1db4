"use client";
import { readJson, writeJson } from "@/lib/core/format/json";

/** A page, bot, ticket or command that was opened from the palette. */
export type Recent = { label: string; href: string };

const MAX = 5;
const keyOf = (userId: number) => `muster.recents.${userId}`;

/** The last things that this person opened from the palette in this browser, newest first. */
export function readRecents(userId: number): Recent[] {
  try {
    const list: unknown = readJson(localStorage.getItem(keyOf(userId)) ?? "[]");
    if (!Array.isArray(list)) return [];
    return list.filter((one): one is Recent => typeof one?.label === "string" && typeof one?.href === "string");
  } catch {
    return [];
  }
}

export function rememberRecent(userId: number, recent: Recent): void {
  const rest = readRecents(userId).filter(({ href }) => href !== recent.href);
  try {
    localStorage.setItem(keyOf(userId), writeJson([recent, ...rest].slice(0, MAX)));
  } catch {
    // The browser refused storage, so nothing is remembered.
  }
}
