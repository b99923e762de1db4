/** Checks the trackers and web seeds that aria2 will contact. Peers cannot be checked here. */
import { mayAsk } from "@/lib/core/outbound/guard";
import { Hopeless } from "@/lib/operations/transfers/fetch/open";
import { addressOf } from "./metainfo";

const LOOKUP_MS = 2_000;
const TRACKERS = ["http:", "https:", "udp:"];
const SEEDS = ["http:", "https:"];

async function permitted(addresses: readonly string[], schemes: readonly string[]): Promise<string[]> {
  const judged = await Promise.all(
    addresses.map(async (text) => {
      const address = addressOf(text, schemes);
      return address && (await mayAsk(address.host, LOOKUP_MS)) ? [address.href] : [];
    }),
  );
  return judged.flat();
}

/** @throws Hopeless there are trackers, but none is allowed */
export async function permittedTrackers(all: readonly string[]): Promise<string[]> {
  const some = await permitted(all, TRACKERS);
  if (all.length > 0 && some.length === 0)
    throw new Hopeless(
      "INVALID_INPUT",
      "url: none of its trackers is a public address; OUTBOUND_ALLOW_CIDRS may allow them",
      { field: "url" },
    );
  return some;
}

export const permittedSeeds = (all: readonly string[]): Promise<string[]> => permitted(all, SEEDS);
