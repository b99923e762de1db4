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

    /** Hears one event that comes by itself, not in batches; what it carries is for the listener to check. */
    hear(name: string, listener: (data: unknown) => void) {
      const own = byName.get(name) ?? new Set();
      byName.set(name, own.add(listener));
      return () => void own.delete(listener);
    },

    /**
     * Runs now if connected, and at each later connection: the server keeps no rooms over a lost line. `missed`: something
     * may have happened between what the listener has read and this connection.
     */
    onArrival(listener: (arrival: Arrival) => void) {
      arrivals.add(listener);
      if (isConnected()) listener({ missed: false });
      return () => void arrivals.delete(listener);
    },
  };
}
