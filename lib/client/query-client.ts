/** The cache of server data for pages, and the rules of refetching. */
import { type InvalidateOptions, type InvalidateQueryFilters, type Query, QueryClient } from "@tanstack/react-query";
import { ApiError } from "./api";

/** Retries only failures of the server or the network: a refusal would be the same the second time. */
function shouldRetry(failures: number, error: unknown): boolean {
  if (error instanceof ApiError && error.status >= 400 && error.status < 500) return false;
  return failures < 2;
}

/** Returns whether the next page of this list is being loaded. */
const loadsMore = (query: Query): boolean =>
  query.state.fetchStatus === "fetching" && !!query.state.fetchMeta?.fetchMore;

/**
 * The query client of all pages. A refetch of a list waits while the list's next page is loading: TanStack Query would
 * otherwise drop that page, and the caller who asked for it would wait for ever.
 */
export class ListClient extends QueryClient {
  #waiting = new WeakSet<Query>();

  constructor() {
    super({ defaultOptions: { queries: { retry: shouldRetry, staleTime: 5_000 } } });
  }

  override async invalidateQueries(filters: InvalidateQueryFilters = {}, options?: InvalidateOptions): Promise<void> {
    const growing = this.getQueryCache().findAll(filters).filter(loadsMore);
    if (growing.length === 0) return super.invalidateQueries(filters, options);
    const { predicate } = filters;
    const others = (query: Query) => !growing.includes(query) && (predicate?.(query) ?? true);
    await Promise.all([
      super.invalidateQueries({ ...filters, predicate: others }, options),
      ...growing.map((query) => this.#afterwards(query)),
    ]);
  }

  async #afterwards(query: Query): Promise<void> {
    if (this.#waiting.has(query)) return;
    this.#waiting.add(query);
    await query.promise?.catch(() => undefined);
    this.#waiting.delete(query);
    await this.invalidateQueries({ queryKey: query.queryKey, exact: true });
  }
}
