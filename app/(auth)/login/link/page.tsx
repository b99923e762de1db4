import type { Metadata } from "next";
import { LinkForm } from "./link-form";

export const metadata: Metadata = { title: "Sign in with a link", referrer: "no-referrer" };

export default function LoginLinkPage() {
  return <LinkForm />;
}
