import type { ReactNode } from "react";
import { Mark } from "../_ui/mark";

export default function AuthLayout({ children }: { children: ReactNode }) {
  return (
    <main className="flex min-h-dvh flex-col items-center justify-center px-4 py-10">
      <div className="mb-6 flex items-center gap-3">
        <Mark className="size-9" />
        <span className="font-semibold text-2xl tracking-tight">Muster</span>
      </div>
      {children}
    </main>
  );
}
