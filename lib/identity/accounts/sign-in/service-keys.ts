/** Service keys of teams as credentials: whom they act for. The teams' room stores them (lib/identity/teams). */
import type { KeyLimits, UserActor } from "@/lib/core/actor";
import { iso } from "@/lib/core/clock";
import { type Area, levelOf } from "@/lib/core/contract.areas";
import { keyOf } from "@/lib/core/contract.tag-keys";
import { withinRanges } from "@/lib/core/ip-ranges";

export const SERVICE_KEY_PREFIX = "mt";

type ServiceKey = {
  id: string;
  name: string;
  team_id: number;
  team_name: string;
  created_at: number;
  last_used_at: number | null;
  /** When the secret stops (epoch ms); null for never. */
  expires: number | null;
  scopes: readonly Area[];
  bots: readonly string[] | null;
  tags: readonly string[] | null;
  ip_ranges: readonly string[] | null;
};
export type ServiceKeys = {
  byHash(hash: string): Promise<ServiceKey | undefined>;
  touch(id: string, at: number, ip: string | null): Promise<void>;
};

/** The team in the place of a person, with no role on the server: what it reaches follows from the limits of the key. */
export function serviceActor(key: ServiceKey): UserActor & { limits: KeyLimits } {
  const { team_id, scopes, bots, tags, ip_ranges } = key;
  const name = `${key.name} (${key.team_name})`;
  return {
    ...{ kind: "user", user_id: team_id, username: name, email: "", fullname: name, role: "user" },
    scope: scopes.some((area) => levelOf(area) === "operate") ? "operate" : "read",
    ...{ created_at: iso(key.created_at), key_id: key.id },
    limits: {
      ...{ team: team_id, areas: new Set(scopes) },
      ...(bots && { bots: new Set(bots) }),
      ...(tags && { tags: new Set(tags.map(keyOf)) }),
      ...(ip_ranges && { allows: withinRanges(ip_ranges) }),
    },
  };
}
