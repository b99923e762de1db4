"use client";
import { useEffect, useState } from "react";
import { cn } from "@/app/_ui/cn";
import type { Personal } from "@/lib/core/format/password-strength";

const LEVELS = [
  ["Too easy to guess", "bg-bad"],
  ["Too easy to guess", "bg-bad"],
  ["Fair", "bg-warn"],
  ["Good", "bg-ok"],
  ["Strong", "bg-ok"],
] as const;
const PAUSE_MS = 150;

type PasswordStrengthProps = {
  password: string;
  /** The data of the account, which attackers try first. */
  person?: Personal;
};

/** The hint below a new password: the rule until something is typed, then how hard the password is to guess. */
export function PasswordStrength({ password, person }: PasswordStrengthProps) {
  const [score, setScore] = useState<number>();
  const { username = "", email = "", fullname = "" } = person ?? {};
  useEffect(() => {
    if (password === "") return setScore(undefined);
    let isCurrent = true;
    // The word lists are large, so they are loaded with the first character that somebody types.
    const timer = setTimeout(async () => {
      const { scoreOf } = await import("@/lib/core/format/password-strength");
      const found = await scoreOf(password, { username, email, fullname });
      if (isCurrent) setScore(found);
    }, PAUSE_MS);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [password, username, email, fullname]);
  if (score === undefined || password === "")
    return <>At least 8 characters. A long phrase is safer than a short, complicated password.</>;
  const [text, colour] = LEVELS[score] ?? LEVELS[0];
  return (
    <span className="flex items-center gap-2">
      <span className="flex w-32 gap-1" aria-hidden>
        {[1, 2, 3, 4].map((step) => (
          <span key={step} className={cn("h-1 flex-1 rounded-full", step <= Math.max(score, 1) ? colour : "bg-line")} />
        ))}
      </span>
      {text}
    </span>
  );
}
