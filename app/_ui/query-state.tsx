import type { ReactNode } from "react";
import { ApiError, errorText } from "@/lib/client/api";
import { ErrorState, StaleNote } from "./empty-state";

type QueryStateProps<T> = {
  query: { isError: boolean; error: unknown; refetch: () => unknown };
  /** The content; undefined until it has been loaded. */
  data: T | undefined;
  /** The error's title: "Bots could not be loaded". */
  failure: string;
  /** A placeholder in the shape of the content. Left out where the page is rendered with its data. */
  loading?: ReactNode;
  /** Shown in place of an empty list. Left out where an empty list needs no text. */
  empty?: ReactNode;
  children: (data: T) => ReactNode;
};

/**
 * Shows a query in each state: loading, failed (with a retry button), empty, or its content. Content that could not be
 * refreshed stays, below a note that says so; but not after a refusal, because the reader may no longer see it.
 */
export function QueryState<T>({ query, data, failure, loading = null, empty, children }: QueryStateProps<T>) {
  const retry = () => void query.refetch();
  const isRefused = query.error instanceof ApiError && [403, 404].includes(query.error.status);
  if (data === undefined || isRefused) {
    return query.isError ? <ErrorState title={failure} message={errorText(query.error)} onRetry={retry} /> : loading;
  }
  return (
    <>
      {query.isError ? <StaleNote message={errorText(query.error)} onRetry={retry} /> : null}
      {empty !== undefined && Array.isArray(data) && data.length === 0 ? empty : children(data)}
    </>
  );
}
