import Link from "next/link";
import { Button } from "./_ui/button";
import { Mark } from "./_ui/mark";

export const metadata = { title: "Not found" };

export default function NotFound() {
  return (
    <main className="grid min-h-dvh place-items-center p-4">
      <div className="flex max-w-sm flex-col items-center gap-2 text-center">
        <Mark className="mb-2 size-10" />
        <h1 className="font-semibold text-xl">Nothing here</h1>
        <p className="text-muted">This page does not exist, or it is not yours to see.</p>
        <Button asChild className="mt-3">
          <Link href="/">Back to the console</Link>
        </Button>
      </div>
    </main>
  );
}
