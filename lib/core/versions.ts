/** Optimistic locking: creates the error for an update that was made from an older version. */
import { AppError } from "./errors";

/**
 * The refusal of an update because somebody else's came first. `details` hold both values and the stored version, so that
 * the caller can merge them and send the result again.
 *
 * @param what    what was to be changed, as a sentence begins with it: "The bot's settings"
 * @param stored  what is stored now, and its version
 * @param edited  the version the caller's edit was made from
 * @param yours   what the caller sent, without secrets
 */
export function staleUpdate(
  what: string,
  stored: { version: number; value: object },
  edited: number,
  yours: object,
): AppError {
  const { version, value } = stored;
  return new AppError(
    "CONFLICT",
    `version: ${what} changed since you read it: version ${version} is stored, yours was made from version ${edited}. Merge the two and send the result with version ${version}`,
    { field: "version", version, stored: value, yours },
  );
}
