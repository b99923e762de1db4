import type { ReactNode } from "react";
import { DocsFrame } from "../frame";
import { DocsNav } from "./docs-nav";
import { loadApi } from "./load";

/** The frame of the API reference, with the list of operations. */
export default async function DocsLayout({ children }: { children: ReactNode }) {
  const { api, groups } = await loadApi();
  const nav = (
    <DocsNav
      groups={groups.map(({ tag, slug, entries }) => ({
        tag,
        slug,
        entries: entries.map(({ id, method, path, operation }) => ({
          id,
          method,
          path,
          summary: operation.summary ?? path,
        })),
      }))}
    />
  );
  return (
    <DocsFrame
      title="API reference"
      href="/docs/api"
      version={String(api.info.version)}
      navTitle="All operations"
      nav={nav}
    >
      {children}
    </DocsFrame>
  );
}
