/** Rooms ask for the quota before they add something that one counts; lib/identity/quotas answers. */
import type { Actor } from "./actor";
import type { QuotaKind } from "./contract.quotas";
import type { AppError } from "./errors";

/** A limit of one owner, read just before the transaction that counts again and adds. */
type Quota = {
  /** The most that the owner may have. */
  max: number;
  /** Builds the refusal that names the quota, the usage, the limit, and who can raise it. */
  reached(actor: Actor): Promise<AppError>;
};

export type Quotas = {
  /** Reads a limit. @param owner a team; the id of a person for a personal team; null for the whole server */
  of(kind: QuotaKind, owner: number | null): Promise<Quota>;
  /** Registers what counts the things of a kind. Each kind has one. */
  measure(kind: QuotaKind, count: (owner: number) => Promise<number>): void;
};
