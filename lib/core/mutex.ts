/** First come, first served. */
export class Mutex {
  #tail: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** How many hold it or wait for it. */
  get depth(): number {
    return this.#waiting;
  }

  /** Waits for its turn; the returned function gives the turn to the next. */
  async acquire(): Promise<() => void> {
    this.#waiting++;
    let release!: () => void;
    const mine = new Promise<void>((resolve) => {
      release = resolve;
    });
    const before = this.#tail;
    this.#tail = mine;
    await before;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#waiting--;
      release();
    };
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    const release = await this.acquire();
    try {
      return await work();
    } finally {
      release();
    }
  }
}
