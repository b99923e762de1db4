/**
 * Fields of an update that its contract does not name. On the documents' paths they are ignored, as clients of other servers
 * send more than is read here; the answer names them, so that a misspelled field is noticed.
 */
import { z } from "zod";
import type { Operation } from "@/lib/core/contract";
import { cutText } from "@/lib/core/format/text";

/** Most fields that an answer names, and most characters of each name. */
const NAMED_MAX = 20;
const NAME_MAX = 100;

/**
 * Returns a function that finds the unknown fields of a body that was read and is valid; undefined for what is no update of a
 * document, and where the contract takes any field or refuses unknown ones by itself.
 *
 * @param mayHoldToken a bot's token may stand in the body
 */
export function unknownFieldsOf(contract: Operation, mayHoldToken: boolean): ((body: unknown) => string[]) | undefined {
  if (!contract.update || contract.document === "muster") return undefined;
  if (!(contract.body instanceof z.ZodObject) || contract.body.def.catchall) return undefined;
  const known = new Set(Object.keys(contract.body.shape));
  if (mayHoldToken) known.add("token");
  return (body) => {
    const unknown: string[] = [];
    for (const name of Object.keys(body as object))
      if (!known.has(name) && unknown.length < NAMED_MAX) unknown.push(cutText(name, NAME_MAX));
    return unknown;
  };
}

/** The answer of an update, with the fields named that it ignored. */
export const withIgnored = (result: unknown, ignored: string[]): unknown =>
  ignored.length > 0 ? { ...(result as object), ignored } : result;
