import { Fragment, type ReactNode } from "react";

/** Matches an address in typed text. Punctuation or a bracket after the address is not part of it. */
const ADDRESS = /https?:\/\/[^\s<>"']*[^\s<>"'.,;:!?)\]}]/g;

/** Splits a text into plain pieces and addresses, in order. */
export function partsOf(text: string): { text: string; href?: string }[] {
  const pieces: { text: string; href?: string }[] = [];
  let from = 0;
  for (const found of text.matchAll(ADDRESS)) {
    if (found.index > from) pieces.push({ text: text.slice(from, found.index) });
    pieces.push({ text: found[0], href: URL.canParse(found[0]) ? found[0] : undefined });
    from = found.index + found[0].length;
  }
  if (from < text.length) pieces.push({ text: text.slice(from) });
  return pieces;
}

/** Shows a person's text with its line breaks. Links to http and https addresses send no referrer to the other site. */
export function Written({ text }: { text: string }): ReactNode {
  return (
    <p className="whitespace-pre-wrap break-words text-sm [overflow-wrap:anywhere]">
      {partsOf(text).map((part, at) =>
        part.href ? (
          <a
            key={at}
            href={part.href}
            target="_blank"
            rel="noopener noreferrer nofollow"
            className="text-accent underline underline-offset-2"
          >
            {part.text}
          </a>
        ) : (
          <Fragment key={at}>{part.text}</Fragment>
        ),
      )}
    </p>
  );
}
