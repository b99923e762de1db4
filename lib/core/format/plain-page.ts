import { escapeMarkup } from "./text";

const STYLE = `:root{color-scheme:light dark}
body{margin:0;min-height:100dvh;display:grid;place-items:center;font:15px/1.5 system-ui,sans-serif;background:#f6f6f8;color:#1b1c22}
main{max-width:26rem;padding:1.5rem;text-align:center}
h1{font-size:1.25rem;margin:0 0 .5rem}
p{margin:0 0 1.25rem}
a{display:inline-block;padding:.5rem 1rem;border-radius:.5rem;background:#4038c8;color:#fff;text-decoration:none}
@media (prefers-color-scheme:dark){body{background:#0d0e11;color:#e8e8ec}}`;

/**
 * Returns a page without scripts, for the moments in which the console itself cannot answer. Its policy must allow inline
 * styles.
 *
 * @param reloadS seconds after which the page loads itself again; it does not without this
 */
export function plainPage({ title, text, reloadS }: { title: string; text: string; reloadS?: number }): string {
  const heading = escapeMarkup(title);
  const reload = reloadS === undefined ? "" : `<meta http-equiv="refresh" content="${reloadS}">`;
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">${reload}<title>${heading} · Muster</title><style>${STYLE}</style></head><body><main><h1>${heading}</h1><p>${escapeMarkup(text)}</p><a href="">Try again</a></main></body></html>`;
}
