import type { ReactNode } from "react";
import { errorText } from "@/lib/client/api";
import { ErrorState, StaleNote } from "./empty-state";

type QueryStateProps<T> = {
  query: { isError: boolean; error: unknown; refetch: () => unknown };
  /** The content; undefined until it has been loaded. */
  data: T | undefined;
  /** Says what is missing after a failure: "Bots could not be loaded". */
  failure: string;
  /** Has the shape of what comes; left out where the page brings its data along. */
  loading?: ReactNode;
  /** Stands in place of an empty list; left out where an empty list needs no words. */
  empty?: ReactNode;
  children: (data: T) => ReactNode;
};

/**
 * Shows a query in each of its states: loading, failed with a way to try again, empty, or its content. Content that could
 * not be refreshed stays, under a note that says so.
 */
export function QueryState<T>({ query, data, failure, loading = null, empty, children }: QueryStateProps<T>) {
  const retry = () => void query.refetch();
  if (data === undefined) {
    return query.isError ? <ErrorState title={failure} message={errorText(query.error)} onRetry={retry} /> : loading;
  }
  return (
    <>
      {query.isError ? <StaleNote message={errorText(query.error)} onRetry={retry} /> : null}
      {empty !== undefined && Array.isArray(data) && data.length === 0 ? empty : children(data)}
    </>
  );
}
