"use client";
import { lazyPart } from "@/app/_ui/lazy-part";

/** Keeps the room of a banner, which few people see. */
const waiting = () => <div className="mb-4 h-[6.125rem] rounded-md border border-line bg-panel sm:h-[3.125rem]" />;

export const EmailBanner = lazyPart(() => import("./email-banner").then((part) => part.EmailBanner), waiting);
export const FactorBanner = lazyPart(() => import("./factor-banner").then((part) => part.FactorBanner), waiting);
