/**
 * Caches the checks built from published manifests. Bots of the same program publish the same text and share one set of
 * checks. The cache is bounded by the length of those texts, because the bot's owner decides how large a manifest is.
 */
import { type ParamsCheck, paramsCheck } from "./params";
import { type ManifestStore, readCommands } from "./store";

export type Checks = ReadonlyMap<string, ParamsCheck>;
type Shared = { text: string; checks: Checks; bots: number };

const BOTS_MAX = 20_000;
/** In UTF-16 units of text. */
export const KEPT_UNITS_MAX = 16_777_216;

export function createChecks(store: Pick<ManifestStore, "texts">) {
  /**
   * The checks of each bot; a promise while they are being read. If the entry was removed during that read, the result
   * is not cached, because it may be stale.
   */
  const byBot = new Map<string, Shared | Promise<Checks>>();
  const byText = new Map<string, Shared>();
  let units = 0;

  function get(botId: string): Checks | Promise<Checks> {
    const known = byBot.get(botId) ?? load(botId);
    return known instanceof Promise ? known : known.checks;
  }

  function load(botId: string): Promise<Checks> {
    const loading = store.texts([botId]).then((texts) => {
      const shared = share(texts.get(botId) ?? "[]");
      if (byBot.get(botId) === loading) keep(botId, shared);
      return shared.checks;
    });
    byBot.set(botId, loading);
    loading.catch(() => byBot.get(botId) === loading && byBot.delete(botId));
    return loading;
  }

  const share = (text: string): Shared => byText.get(text) ?? { text, checks: compile(text), bots: 0 };

  function keep(botId: string, shared: Shared): void {
    byBot.set(botId, shared);
    if (shared.bots++ === 0) {
      byText.set(shared.text, shared);
      units += shared.text.length;
    }
    for (const oldest of byBot.keys()) {
      if (units <= KEPT_UNITS_MAX && byBot.size <= BOTS_MAX) break;
      forget(oldest);
    }
  }

  function forget(botId: string): void {
    const shared = byBot.get(botId);
    byBot.delete(botId);
    if (!shared || shared instanceof Promise || --shared.bots > 0) return;
    byText.delete(shared.text);
    units -= shared.text.length;
  }

  function clear(): void {
    byBot.clear();
    byText.clear();
    units = 0;
  }

  return { get, forget, clear, size: () => byBot.size, units: () => units };
}

const compile = (text: string): Checks =>
  new Map(readCommands(text).flatMap(({ name, params }) => (params ? [[name, paramsCheck(params)] as const] : [])));
