/**
 * The outbox: facts that leave this server are stored in the transaction that makes them true, so that a crash loses none and
 * invents none (docs/decisions/034-outbox.md). `lib/operations/webhooks` names the wanted kinds and delivers the rows. While no
 * destination wants a kind, `wantsFact` is one look-up in memory and nothing is written.
 */
export { type Interest, setInterests, wantsFact } from "./interests";
export {
  addFacts,
  botsOfFact,
  countFactBytes,
  type FactHead,
  keepTestFact,
  pruneFacts,
  readFacts,
  routedSince,
  takeUnrouted,
} from "./store";
