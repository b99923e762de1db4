/** The cache of server data for pages, and the rules of refetching. */
import { type InvalidateOptions, type InvalidateQueryFilters, type Query, QueryClient } from "@tanstack/react-query";
import { ApiError } from "./api";

/** A refusal stays a refusal when asked again: only failures of the server or the line are worth a second try. */
function shouldRetry(failures: number, error: unknown): boolean {
  if (error instanceof ApiError && error.status >= 400 && error.status < 500) return false;
  return failures < 2;
}

/** Is the next page of this list on its way? */
const loadsMore = (query: Query): boolean =>
  query.state.fetchStatus === "fetching" && !!query.state.fetchMeta?.fetchMore;

/**
 * The client of all pages. A list that is to be read again while its next page is on its way is read after that page came:
 * TanStack would drop the page, and whoever asked for it would wait for nothing.
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
