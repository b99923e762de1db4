import type { Metadata } from "next";
import { notFound, redirect } from "next/navigation";
import { CodeBlock } from "@/app/_ui/code-block";
import { site } from "@/generated/docs";
import { loadApi } from "../../api/load";
import "./prose.css";

type Props = { params: Promise<{ slug: string[] }> };

const pages = new Map(site.flatMap((group) => group.pages.map(({ href, page }) => [href, page] as const)));
const pageOf = async ({ params }: Props) => pages.get(`/docs/${(await params).slug.map(decodeURIComponent).join("/")}`);

export async function generateMetadata(props: Props): Promise<Metadata> {
  return { title: (await pageOf(props))?.title ?? "Not found" };
}

/** One page of the documentation. The groups of the API reference had their addresses here, and redirect. */
export default async function GuidePage(props: Props) {
  const page = await pageOf(props);
  if (!page) {
    const { slug } = await props.params;
    const { groups } = await loadApi();
    if (slug.length === 1 && groups.some((group) => group.slug === slug[0])) redirect(`/docs/api/${slug[0]}`);
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
