/** Lets other rooms follow the tags that people give bots, because access can depend on them. */
import type { Actor } from "@/lib/core/actor";
import type { TagChange, TagTransaction } from "./store";

export type TagListener = {
  /** Runs in the transaction of a change, before it is written. @throws AppError when the caller may not make the change */
  check(trx: TagTransaction, actor: Actor, change: TagChange): Promise<void>;
  /** Runs after the commit. */
  changed(changes: readonly TagChange[]): Promise<void>;
};

export function createTagListeners() {
  const listeners: TagListener[] = [];
  return {
    /** Registers a room that follows the tags of bots. */
    onTags: (listener: TagListener): void => void listeners.push(listener),
    async checkTags(trx: TagTransaction, actor: Actor, change: TagChange): Promise<void> {
      for (const { check } of listeners) await check(trx, actor, change);
    },
    async tagsChanged(changes: readonly TagChange[]): Promise<void> {
      for (const { changed } of listeners) await changed(changes);
    },
  };
}

export type TagListeners = ReturnType<typeof createTagListeners>;
