import type { ReactNode } from "react";
import { errorText } from "@/lib/client/api";
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
 * refreshed stays, below a note that says so.
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
