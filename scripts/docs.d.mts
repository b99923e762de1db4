export const NAVIGATION: string;
export function anchorOf(text: string): string;
export function slugOf(file: string): string;
export function markdownFiles(root?: string): string[];
type Page = {
  title: string;
  blocks: { html?: string; code?: string }[];
  headings: { id: string; depth: number; text: string }[];
  text: string;
};
export function renderPage(file: string, markdown: string, pages: Set<string>): Page;
export function renderSite(): { title: string; pages: { label: string; href: string; page?: Page }[] }[];
