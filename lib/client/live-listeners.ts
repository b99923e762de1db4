/** Listeners of the live connection that survive a reconnect. */
type Arrival = { missed: boolean };

export function createListeners(isConnected: () => boolean) {
  const byName = new Map<string, Set<(data: unknown) => void>>();
  const arrivals = new Set<(arrival: Arrival) => void>();
  return {
    notify(name: string, data: unknown): void {
      for (const listener of byName.get(name) ?? []) listener(data);
    },

    arrive(): void {
      for (const listener of arrivals) listener({ missed: true });
    },

    /** Listens to one event that the server sends outside batches. The listener must validate the data. */
    hear(name: string, listener: (data: unknown) => void) {
      const own = byName.get(name) ?? new Set();
      byName.set(name, own.add(listener));
      return () => void own.delete(listener);
    },

    /**
     * Calls `listener` now if connected, and after each later connection, because the server forgets a socket's rooms
     * when the connection is lost. `missed`: events may have been missed since the listener last read.
     */
    onArrival(listener: (arrival: Arrival) => void) {
      arrivals.add(listener);
      if (isConnected()) listener({ missed: false });
      return () => void arrivals.delete(listener);
    },
  };
}
