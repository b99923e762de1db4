import type { Metadata } from "next";
import { notFound, redirect } from "next/navigation";
import { CodeBlock } from "@/app/_ui/code-block";
import { site } from "@/generated/docs";
import { loadApi } from "../api/load";
import "./prose.css";

const pages = new Map(site.flatMap((group) => group.pages.map(({ href, page }) => [href, page] as const)));

export function guideMetadata(path: string): Metadata {
  return { title: pages.get(`/docs/${path}`)?.title ?? "Not found" };
}

/** One page of the documentation. The groups of the API reference had their addresses here, and redirect. */
export async function Guide({ path }: { path: string }) {
  const page = pages.get(`/docs/${path}`);
  if (!page) {
    const { groups } = await loadApi();
    if (groups.some(({ slug }) => slug === path)) redirect(`/docs/api/${path}`);
    notFound();
  }
  return (
    <article className="prose-docs">
      {page.blocks.map(({ html, code }, at) =>
        html === undefined ? (
          <CodeBlock key={at} code={code ?? ""} className="my-4" />
        ) : (
          // biome-ignore lint/security/noDangerouslySetInnerHtml: rendered at build time from files of this repository, with HTML in them escaped
          <div key={at} dangerouslySetInnerHTML={{ __html: html }} />
        ),
      )}
    </article>
  );
}
