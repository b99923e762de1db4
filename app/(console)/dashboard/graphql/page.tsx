import type { Metadata } from "next";
import { Switched } from "@/app/_server/switched";
import { requireUser } from "@/app/_server/user";
import { PageHeader } from "@/app/_ui/page-header";
import { Playground } from "../_graphql/playground";

export const metadata: Metadata = { title: "GraphQL" };

export default async function GraphqlPage({ searchParams }: { searchParams: Promise<Record<string, unknown>> }) {
  await requireUser();
  const { query } = await searchParams;
  return (
    <Switched feature="graphql">
      {() => (
        <>
          <PageHeader
            title="GraphQL"
            description="Try this server's API: query data, change it with mutations, and subscribe to live events."
          />
          <Playground initial={typeof query === "string" && query ? query : undefined} />
        </>
      )}
    </Switched>
  );
}
