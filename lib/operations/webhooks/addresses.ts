/** Decides which addresses webhooks may have. */
import { type Actor, asAdmin } from "@/lib/core/actor";
import { parseBrokerAddress } from "@/lib/core/brokers";
import { demandSecureUrl } from "@/lib/core/outbound/secure-url";

type Deps = {
  /** Refuses a web address within private networks. @throws AppError INVALID_INPUT */
  refuseForbidden(url: URL): Promise<unknown>;
};

/**
 * Builds the check of an address. A broker usually stands in a private network, which the guard of outgoing requests would refuse.
 * Only admins name one, so that nobody else reaches such a network.
 */
export const createAddressCheck = ({ refuseForbidden }: Deps) =>
  async function checkAddress(actor: Actor, url: string): Promise<string> {
    const broker = parseBrokerAddress(url);
    if (broker) {
      asAdmin(actor, "admin");
      return broker.hint;
    }
    const parsed = demandSecureUrl(url);
    await refuseForbidden(parsed);
    return parsed.host;
  };
