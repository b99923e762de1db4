/** next-auth's own paths (session, csrf, providers, sign-in by Discord). It needs next/headers, so Next serves it. */
import NextAuth from "next-auth";
import { authOptions } from "@/lib/identity/accounts";

const handler = async (request: Request, context: { params: Promise<{ nextauth: string[] }> }) =>
  NextAuth(request as never, context as never, await authOptions());

export { handler as GET, handler as POST };
