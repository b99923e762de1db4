"use client";
import { keepList, readList } from "@/lib/client/stored-list";

/** A page, bot, ticket or command that was opened from the palette. */
export type Recent = { label: string; href: string };

const MAX = 5;
const keyOf = (userId: number) => `muster.recents.${userId}`;
const isRecent = (one: unknown): one is Recent => {
  const { label, href } = (one ?? {}) as Partial<Recent>;
  return typeof label === "string" && typeof href === "string";
};

/** The last things that this person opened from the palette in this browser, newest first. */
export const readRecents = (userId: number): Recent[] => readList(keyOf(userId), isRecent) ?? [];

export function rememberRecent(userId: number, recent: Recent): void {
  const rest = readRecents(userId).filter(({ href }) => href !== recent.href);
  keepList(keyOf(userId), [recent, ...rest].slice(0, MAX));
}
