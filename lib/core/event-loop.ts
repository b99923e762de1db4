/** Lets the event loop turn: what came meanwhile is served before long work goes on. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
