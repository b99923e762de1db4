"use client";
import { useSyncExternalStore } from "react";
import { Button } from "@/app/_ui/button";
import { errorToast, toast } from "@/app/_ui/toast";
import { countText } from "@/lib/core/format/units";
import { useEndSessions, useSessions } from "@/lib/identity/accounts/queries";
import { factorsChanged } from "@/lib/identity/accounts/second-factor/queries";

/**
 * Offers to end the account's other sessions after a change of its second factors or passkeys (OWASP ASVS 5: 7.4.3). A
 * stranger who is signed in would otherwise stay signed in.
 */
export function SignOutOffer({ initial }: { initial: Parameters<typeof useSessions>[0] }) {
  const hasChanged = useSyncExternalStore(factorsChanged.subscribe, factorsChanged.get, () => false);
  const sessions = useSessions(initial);
  const end = useEndSessions();
  const others = sessions.data.sessions.filter(({ current }) => !current).length;
  if (!hasChanged || others === 0) return null;
  return (
    <div
      role="status"
      className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 rounded-md border border-line bg-panel px-4 py-2.5"
    >
      <p className="min-w-0">
        You changed how you sign in. {countText(others, "other session is", "other sessions are")} still signed in.
      </p>
      <Button
        size="sm"
        loading={end.isPending}
        onClick={() =>
          end.mutate(
            { keepsThis: true },
            { onSuccess: () => toast.success("Signed out everywhere else"), onError: (error) => errorToast(error) },
          )
        }
      >
        Sign out other sessions
      </Button>
    </div>
  );
}
