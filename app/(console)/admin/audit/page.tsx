import type { Metadata } from "next";
import { requireUser } from "@/app/_server/user";
import { PageHeader } from "@/app/_ui/page-header";
import { AuditLog } from "./audit-log";
import { StreamsButton } from "./streams-button";
import { VerifyButton } from "./verify-button";

export const metadata: Metadata = { title: "Audit log" };

export default async function AuditPage() {
  await requireUser("admin");
  return (
    <>
      <PageHeader
        title="Audit log"
        description="Changes, revealed secrets and sign-ins on this server, refused ones too. Set how long entries are kept in Settings under Security."
        actions={
          <>
            <StreamsButton />
            <VerifyButton />
          </>
        }
      />
      <AuditLog />
    </>
  );
}
