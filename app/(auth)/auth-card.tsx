import type { ReactNode } from "react";

type AuthCardProps = { title: string; description?: ReactNode; footer?: ReactNode; children?: ReactNode };

/** The single card on each page outside the console, such as the sign-in page. */
export function AuthCard({ title, description, footer, children }: AuthCardProps) {
  return (
    <div className="w-full max-w-sm">
      <section className="rounded-md border border-line bg-panel p-6">
        <h1 className="font-semibold text-lg">{title}</h1>
        {description ? <div className="mt-1 text-muted">{description}</div> : null}
        {children ? <div className="mt-5">{children}</div> : null}
      </section>
      {footer ? <div className="mt-4 text-center text-muted">{footer}</div> : null}
    </div>
  );
}
