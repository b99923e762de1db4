import type { ReactNode } from "react";
import { site, version } from "@/generated/docs";
import { DocsFrame } from "../frame";
import { GuideNav } from "./guide-nav";

/** The frame of the guides, with their list by task. */
export default function GuideLayout({ children }: { children: ReactNode }) {
  const groups = site.map(({ title, pages }) => ({
    title,
    pages: pages.map(({ label, href, page }) => ({
      label,
      href,
      headings: (page?.headings ?? []).filter(({ depth }) => depth === 2).map(({ id, text }) => ({ id, text })),
    })),
  }));
  return (
    <DocsFrame
      title="Documentation"
      href="/docs"
      version={version}
      navTitle="All pages"
      nav={<GuideNav groups={groups} />}
    >
      {children}
    </DocsFrame>
  );
}
