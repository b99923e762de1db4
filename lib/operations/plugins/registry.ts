/** The known plugins: the content of their folders, and their state in the database. */
import { AppError } from "@/lib/core/errors";
import { type Found, findPlugins, readPlugin } from "./manifest";
import type { PluginRow, PluginStore } from "./store";

export type RegistryDeps = {
  store: Pick<PluginStore, "all" | "find" | "save">;
  /** The folders that are searched for plugins. If two hold the same name, the first folder wins. */
  places: readonly string[];
  /** Muster's version. */
  version: string;
};

/** Runs the operations on one plugin one after the other. */
function createOrder() {
  const lastSteps = new Map<string, Promise<unknown>>();
  return <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const step = (lastSteps.get(name) ?? Promise.resolve()).then(work, work);
    lastSteps.set(name, step);
    const done = () => void (lastSteps.get(name) === step && lastSteps.delete(name));
    step.then(done, done);
    return step;
  };
}

export function createRegistry({ store, places, version }: RegistryDeps) {
  let found = new Map<string, Found>();
  let rows = new Map<string, PluginRow>();

  /** Reads the folders and the state of all plugins. */
  async function scan(): Promise<void> {
    found = await findPlugins(places, version);
    rows = new Map((await store.all()).map((row) => [row.name, row]));
  }

  /** Reads a plugin's state. */
  async function reread(name: string): Promise<PluginRow | null> {
    const row = await store.find(name);
    if (row) rows.set(name, row);
    return row;
  }

  return {
    scan,
    reread,
    inTurn: createOrder(),
    all: (): ReadonlyMap<string, Found> => found,
    find: (name: string) => found.get(name),
    /** Uses a folder's plugin for its name until the next scan. */
    put: (one: Found) => found.set(one.name, one),
    row: (name: string) => rows.get(name),
    enabled: () => [...rows.values()].filter((row) => row.enabled).map((row) => row.name),
    /** Reads the folder of a known plugin again. */
    refresh: (one: Found) => readPlugin(one.folder, one.name, version),

    async save(name: string, change: Parameters<PluginStore["save"]>[1]): Promise<void> {
      await store.save(name, change);
      await reread(name);
    },

    /** Finds a plugin, also one whose folder appeared after the last scan. @throws AppError NOT_FOUND */
    async known(name: string): Promise<Found> {
      if (!found.has(name)) await scan();
      const one = found.get(name);
      if (!one) throw new AppError("NOT_FOUND", `There is no plugin ${name}`, { name });
      return one;
    },
  };
}
export type Registry = ReturnType<typeof createRegistry>;
