import { buttonStyle } from "./_ui/button-style";
import { cn } from "./_ui/cn";
import { Mark } from "./_ui/mark";

export const metadata = { title: "Not found" };

export default function NotFound() {
  return (
    <main className="grid min-h-dvh place-items-center p-4">
      <div className="flex max-w-sm flex-col items-center gap-2 text-center">
        <Mark className="mb-2 size-10" />
        <h1 className="font-semibold text-xl">Page not found</h1>
        <p className="text-muted">It may have been moved, or you may not have access.</p>
        {/* Use a plain link: the code of next/link would be loaded with every page. */}
        <a href="/" className={cn(buttonStyle(), "mt-3")}>
          Go to the overview
        </a>
      </div>
    </main>
  );
}
