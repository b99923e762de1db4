import { headers } from "next/headers";
import { cache } from "react";
import { read } from "@/app/_server/api";
import { getOpenApi } from "@/generated/calls/operations/system";
import { type Entry, entriesByTag, type OpenApi } from "./openapi";

export type Group = { tag: string; description?: string; slug: string; entries: Entry[] };

/** The document, which is large, and the same for all readers for as long as the server runs. */
let known: OpenApi | undefined;

async function readDocument(): Promise<OpenApi> {
  known ??= (await read(getOpenApi, {})) as unknown as OpenApi;
  return known;
}

/** The API document of this server, and its operations in groups of one page each. */
export const loadApi = cache(async (): Promise<{ api: OpenApi; groups: Group[] }> => {
  const api = await readDocument();
  const groups = entriesByTag(api).map(([tag, entries]) => ({
    tag,
    description: api.tags?.find(({ name }) => name === tag)?.description,
    entries,
    slug: tag
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-|-$/g, ""),
  }));
  return { api, groups };
});

/** The group with this name in addresses. */
export async function groupOf(slug: string): Promise<Group | undefined> {
  return (await loadApi()).groups.find((group) => group.slug === slug);
}

/** The base URL of this server as the reader's own request named it. Shown in the curl examples. */
export async function ownOrigin(): Promise<string> {
  const incoming = await headers();
  const host = incoming.get("x-forwarded-host") ?? incoming.get("host") ?? "localhost";
  return `${incoming.get("x-forwarded-proto")?.split(",")[0] ?? "http"}://${host}`;
}
