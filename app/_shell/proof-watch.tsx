"use client";
import { useEffect, useSyncExternalStore } from "react";
import { lazyPart } from "@/app/_ui/lazy-part";
import { proofAsked, showProofs } from "@/lib/client/proof";

const ProofDialog = lazyPart(() => import("./proof-dialog"));

/** Shows the dialog that asks for a fresh proof whenever a request of this page needs one. */
export function ProofWatch() {
  useEffect(showProofs, []);
  const ways = useSyncExternalStore(proofAsked.subscribe, proofAsked.get, () => null);
  return ways ? <ProofDialog ways={ways} /> : null;
}
