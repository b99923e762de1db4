/**
 * Publishes one message to the broker whose address is the first argument, and prints where it is kept. It is a process of
 * its own, because Node reads NODE_EXTRA_CA_CERTS only when it starts.
 */
import { createBrokers } from "@/lib/core/brokers";

const brokers = createBrokers();
const message = { id: "evt_1", kind: "webhook.test", at: Date.now(), body: "{}", headers: {} };
console.log(await brokers.publish(process.argv[2]!, message));
await brokers.close();
