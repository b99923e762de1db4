/** Long polls in this process that wait for a command. */
export function createLongPolls() {
  const waiting = new Map<string, Set<() => void>>();

  function wake(botId: string): void {
    for (const done of [...(waiting.get(botId) ?? [])]) done();
  }

  return {
    /** Resolves when a command may be waiting for the bot, after `ms`, or when the client goes away. */
    wait(botId: string, ms: number, signal: AbortSignal): Promise<void> {
      return new Promise((resolve) => {
        if (signal.aborted) return resolve();
        const set = waiting.get(botId) ?? new Set();
        waiting.set(botId, set);
        const done = () => {
          clearTimeout(timer);
          signal.removeEventListener("abort", done);
          set.delete(done);
          if (set.size === 0 && waiting.get(botId) === set) waiting.delete(botId);
          resolve();
        };
        const timer = setTimeout(done, ms);
        signal.addEventListener("abort", done, { once: true });
        set.add(done);
      });
    },
    wake,
    /** Answers every long poll at once, because the process shuts down. */
    wakeAll(): void {
      for (const botId of [...waiting.keys()]) wake(botId);
    },
  };
}
