/**
 * The paths of next-auth (session, csrf, providers, sign-in with Discord). Next serves them, because next-auth needs
 * next/headers.
 */
import NextAuth from "next-auth";
import { authOptions } from "@/lib/identity/accounts";

const handler = async (request: Request, context: { params: Promise<{ nextauth: string[] }> }) =>
  NextAuth(request as never, context as never, await authOptions());

export { handler as GET, handler as POST };
