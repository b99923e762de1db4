import { FLEET_ROWS } from "./access.fleet";
import { HAZE_ROWS } from "./access.haze";
import { PEOPLE_ROWS } from "./access.people";
import { SERVICE_ROWS } from "./access.services";

/**
 * The rights at each operation. Columns: anonymous, owner, stranger, moderator, admin, the bot itself, another
 * bot, an unclaimed bot, the owner's read-only key, the owner's operating key. The rules are lib/core/actor.ts: another's bot
 * is 404, a moderator reads but does not change (403), a key is limited by its scope.
 */
export const MATRIX: Record<string, string> = Object.fromEntries(
  [...FLEET_ROWS, ...PEOPLE_ROWS, ...SERVICE_ROWS, ...HAZE_ROWS].flatMap(([statuses, lines]) =>
    lines.map((line) => [line, statuses]),
  ),
);
