import type { Metadata } from "next";
import Link from "next/link";
import { AuthCard } from "../auth-card";

export const metadata: Metadata = { title: "Account deleted" };

export default function AccountDeletedPage() {
  return (
    <AuthCard
      title="Account deleted"
      description="Your account no longer exists, and every device is signed out."
      footer={
        <Link href="/login" className="text-accent underline">
          Go to sign-in
        </Link>
      }
    />
  );
}
