"use client";
import { useQuery } from "@tanstack/react-query";
import { RetryButton } from "@/app/_ui/retry-button";
import { Skeleton } from "@/app/_ui/skeleton";
import { run } from "./run";
import { INTROSPECTION, operationFor, ROOTS, type SchemaType, typeText } from "./schema";

type Answer = { data?: { __schema: { types: SchemaType[] } }; errors?: { message: string }[] };

async function readSchema(signal: AbortSignal): Promise<Map<string, SchemaType>> {
  let answer: Answer | undefined;
  await run({ query: INTROSPECTION, variables: {}, token: "" }, (one) => (answer = one as Answer), signal);
  const types = answer?.data?.__schema.types;
  if (!types) throw new Error(answer?.errors?.[0]?.message ?? "The server returned no schema");
  return new Map(types.map((type) => [type.name, type]));
}

/** Lists the schema's root fields. Choosing one inserts an example operation into the editor. */
export function Explorer({ onPick }: { onPick: (query: string, variables: Record<string, unknown>) => void }) {
  const { data, error, refetch, isPending } = useQuery({
    queryKey: ["graphql", "schema"],
    queryFn: ({ signal }) => readSchema(signal),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  if (isPending) return <Skeleton className="h-64" />;
  if (error)
    return (
      <div className="text-muted text-sm" role="alert">
        <p>The schema could not be loaded: {error.message}</p>
        <RetryButton size="sm" className="mt-2" onRetry={() => void refetch()} />
      </div>
    );
  return (
    <div className="space-y-2">
      {ROOTS.map(([root, name]) => (
        <details key={root} open={root === "query"}>
          <summary className="cursor-pointer rounded py-1 font-medium text-sm">
            {name} <span className="tnum font-normal text-faint">{data.get(name)?.fields?.length ?? 0} fields</span>
          </summary>
          <ul className="mt-1 space-y-1 border-line border-l pl-3">
            {data.get(name)?.fields?.map((field) => (
              <li key={field.name}>
                <button
                  type="button"
                  className="w-full rounded px-1.5 py-1 text-left hover:bg-raised"
                  onClick={() => {
                    const { query, variables } = operationFor(data, root, field);
                    onPick(query, variables);
                  }}
                >
                  <span className="block break-words font-mono text-[13px]">
                    <span className="text-accent">{field.name}</span>
                    {field.args.length > 0 ? (
                      <span className="text-muted">
                        ({field.args.map((arg) => `${arg.name}: ${typeText(arg.type)}`).join(", ")})
                      </span>
                    ) : null}
                    <span className="text-faint">: {typeText(field.type)}</span>
                  </span>
                  {field.description ? <span className="block text-[13px] text-muted">{field.description}</span> : null}
                </button>
              </li>
            ))}
          </ul>
        </details>
      ))}
    </div>
  );
}
