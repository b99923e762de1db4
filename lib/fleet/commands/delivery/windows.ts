/** The window of each bot connected to this process: the commands that were pushed to it and are not settled. */
import type { Clock } from "@/lib/core/clock";
import type { Command } from "@/lib/fleet/commands/contract";

export const WINDOW = 64;

export type Pushed = {
  command: Command;
  until: number;
  at: number;
  /** False while the command's lease is being stored. */
  isStored: boolean;
  isConfirmed: boolean;
  isOffered: boolean;
};

export type Windows = ReturnType<typeof createWindows>;

export function createWindows({ now }: { now: Clock }) {
  const windows = new Map<string, Map<string, Pushed>>();
  const backlog = new Set<string>();

  /** Pushed commands of a bot whose lease still runs, oldest first. */
  function current(botId: string): Map<string, Pushed> | undefined {
    const window = windows.get(botId);
    if (!window) return undefined;
    const at = now();
    for (const [id, item] of window) if (item.until <= at) window.delete(id);
    if (window.size === 0) windows.delete(botId);
    return window;
  }

  function keep(command: Command, { isStored, isOffered }: Pick<Pushed, "isStored" | "isOffered">): void {
    const window = windows.get(command.bot_id) ?? new Map<string, Pushed>();
    windows.set(command.bot_id, window);
    const until = Date.parse(command.lease_expires_at!);
    window.set(command.id, { command, until, at: now(), isStored, isConfirmed: false, isOffered });
  }

  return {
    current,
    keep,
    /** Returns how many more commands may be pushed to the bot now. */
    room: (botId: string): number => WINDOW - (current(botId)?.size ?? 0),
    /** Reserves the command's place in the window while its lease is being stored; it is not delivered before that. */
    reserved: (command: Command): void => keep(command, { isStored: false, isOffered: false }),
    /** Records that the command's lease is stored: now the command may be delivered. */
    pushed(command: Command): void {
      const item = windows.get(command.bot_id)?.get(command.id);
      if (item?.command !== command) keep(command, { isStored: true, isOffered: false });
      else {
        item.isStored = true;
        item.at = now();
      }
    },
    /** Returns a pushed command in the state in which it was handed out. */
    known: (botId: string, commandId: string): Command | undefined => windows.get(botId)?.get(commandId)?.command,
    /** Moves the times of all commands after the clock was set. */
    moved(byMs: number): void {
      for (const window of windows.values())
        for (const item of window.values()) {
          item.until += byMs;
          item.at += byMs;
        }
    },
    /** Records that the command's lease was extended. */
    extended(command: Command): void {
      const item = windows.get(command.bot_id)?.get(command.id);
      if (item && command.lease_expires_at) item.until = Date.parse(command.lease_expires_at);
    },
    confirm(botId: string, commandId: string): void {
      const item = windows.get(botId)?.get(commandId);
      if (item) item.isConfirmed = true;
    },
    settled(botId: string, commandId: string): void {
      const window = windows.get(botId);
      if ((window?.size ?? 0) >= WINDOW) backlog.add(botId);
      window?.delete(commandId);
      if (window?.size === 0) windows.delete(botId);
    },
    /** Returns true once after the window was full: more commands may be waiting than could be pushed. */
    hasBacklog: (botId: string): boolean => backlog.delete(botId),
    /** Drops the window of a bot that disconnected or was deleted. */
    forget(botId: string): void {
      windows.delete(botId);
      backlog.delete(botId);
    },
    /**
     * Drops confirmed commands: this process may have missed that they were settled, and they would fill the bot's
     * window.
     */
    forgetConfirmed(): void {
      for (const window of windows.values())
        for (const [id, { isConfirmed }] of window) if (isConfirmed) window.delete(id);
    },
  };
}
