/**
 * The one error type that rooms throw. lib/edge/http turns it into the route's error format; sockets send it as an
 * `error` event.
 */
import { ERROR_STATUS, type ErrorCode } from "./contract";

export class AppError extends Error {
  override readonly name = "AppError";
  /** HTTP status this code answers with. */
  readonly status: number;

  /**
   * @param code     what went wrong, for machines
   * @param message  what went wrong and how to mend it, for people; it is sent to the caller
   * @param details  shown to the caller: `field` names the bad field, `command` the stored command of a conflict…
   * @param retryAfter seconds after which trying again makes sense (429, 503)
   */
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details?: Record<string, unknown>,
    readonly retryAfter?: number,
  ) {
    super(message);
    this.status = ERROR_STATUS[code];
  }
}

/** INVALID_INPUT that names its field. */
export const invalid = (field: string, message: string) =>
  new AppError("INVALID_INPUT", `${field}: ${message}`, { field });

/** UNAVAILABLE: nothing was stored; the caller may repeat the request. */
export const unavailable = (message: string, retryAfter = 1) =>
  new AppError("UNAVAILABLE", message, undefined, retryAfter);

/** Returns whether the disk refused to store more: it is full, over a quota or limit, or read-only. */
export const isDiskFull = (error: unknown): boolean =>
  ["ENOSPC", "EDQUOT", "EFBIG", "EROFS"].includes((error as NodeJS.ErrnoException | undefined)?.code ?? "");
