/** Contract of quotas: what one person or team has, and may have. All our own ("muster"). */
import { z } from "zod";
import { type Operation, Success } from "@/lib/core/contract";
import { QUOTA_KINDS, type QuotaKind, quotaFacts } from "@/lib/core/contract.quotas";
import { TeamParams } from "@/lib/identity/teams/contract";

const Amount = z.number().int().min(0);

const Quota = z
  .object({
    kind: z.enum(QUOTA_KINDS as [QuotaKind, ...QuotaKind[]]),
    usage: Amount,
    limit: Amount,
    server_limit: Amount.meta({ description: "The limit of everybody for whom an admin set no other one." }),
    is_own: z.boolean().meta({ description: "An admin set this limit for this person or team." }),
  })
  .meta({ id: "Quota" });
export type Quota = z.infer<typeof Quota>;

const OwnerQuotas = z.object({
  team_id: z.number().int(),
  name: z.string().meta({ description: "The name of the team, or the username of the person." }),
  personal: z.boolean().meta({ description: "The owner is a person." }),
  can_change: z.boolean().meta({ description: "You are an admin, who can change the limits." }),
  quotas: z.array(Quota),
});
export type OwnerQuotas = z.infer<typeof OwnerQuotas>;

const limitOf = (kind: QuotaKind) => {
  const { least, max } = quotaFacts(kind);
  return z.number().int().min(least).max(max).nullable().optional();
};
const Limits = z.strictObject(
  Object.fromEntries(QUOTA_KINDS.map((kind) => [kind, limitOf(kind)])) as Record<QuotaKind, ReturnType<typeof limitOf>>,
);

const OURS = { document: "muster", params: TeamParams } as const;
const ERRORS = ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND"] as const;

export const getQuotas = {
  ...OURS,
  id: "getQuotas",
  method: "GET",
  path: "/api/quotas/{team_id}",
  summary: "Get the quotas of a team or a person",
  description:
    "For members of the team, and for staff. The number of a person stands for the person's own things. Whatever would exceed a limit is refused with 409, whose `details` name the `quota`, its `usage` and `limit`.",
  response: OwnerQuotas,
  errors: ERRORS,
} as const satisfies Operation;

export const putQuotas = {
  ...OURS,
  id: "putQuotas",
  method: "PUT",
  path: "/api/quotas/{team_id}",
  summary: "Change the limits of a team or a person",
  description:
    "For admins. Changes only the limits that you send; null brings back the server's limit, which is in the section `quotas` of the settings, and in `tickets` for open tickets. Nothing is deleted when there is more than a new limit allows.",
  body: z.strictObject({ limits: Limits }),
  response: Success.extend(OwnerQuotas.shape),
  errors: ERRORS,
  example: { body: { limits: { bots: 50, webhooks: null } } },
} as const satisfies Operation;
