/** The sockets that get an event: those of people who may see the bot (CONTRACT: live channels). Every event passes through here. */
import type { UserActor } from "@/lib/core/actor";
import type { Area } from "@/lib/core/contract.areas";
import { type OwnedBot, reachedBots, seesAll } from "@/lib/identity/access";
import type { Topic } from "./contract";

/** Rooms of sockets that get single events, by document 000. */
export const audienceOf = ({ id, team_id }: OwnedBot): string[] => [
  "staff",
  `bot:${id}`,
  ...(team_id === null ? [] : [`team:${team_id}`]),
];

/** The room of all admins' sockets, whatever they watch. */
export const ADMINS = "admins";

/** The area that an API key needs to hear of a topic. */
export const AREA_OF_TOPIC: Record<Topic, Area> = {
  bots: "bots:read",
  commands: "commands:read",
  logs: "logs:read",
  messages: "messages:read",
};

/**
 * Returns the rooms of single events for a person whose credential has no limits (limited.ts has the others): those of teams,
 * and of bots shared with the person.
 */
export function roomsOf(actor: UserActor): string[] {
  if (seesAll(actor)) return ["staff"];
  const { teams, bots } = reachedBots(actor);
  return [...teams.map((id) => `team:${id}`), ...bots.map((id) => `bot:${id}`)];
}
