/** Content-Disposition of files that browsers save or show. */
import { encodeExtended } from "content-disposition";

/** Offers a file whose name this server made: letters, digits, dots and dashes alone. */
export const attachmentNamed = (name: string): string => `attachment; filename="${name}"`;

/**
 * Names a file as somebody else did: in ASCII for old clients, and whole for the others (RFC 6266). The package's own
 * `create` leaves the quotes and, from plain names, `filename*` out; clients have seen both since the first version.
 */
export const dispositionOf = (name: string, type: "attachment" | "inline"): string =>
  `${type}; filename="${name.replace(/[^\w.-]+/g, "_")}"; filename*=${encodeExtended(name)}`;
