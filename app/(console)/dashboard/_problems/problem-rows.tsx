"use client";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { SkeletonRows } from "@/app/_ui/skeleton";

/** The most groups that a list of problems shows. */
export const SHOWN = 6;

/** As many rows as there may be problems. */
export const ProblemRows = ({ expected = SHOWN }: { expected?: number }) => (
  <SkeletonRows rows={Math.min(Math.max(expected, 1), SHOWN)} columns={3} />
);

/** A list of problems whose code is on its way. */
export function ProblemsWaiting({ title, expected }: { title: string; expected?: number }) {
  return (
    <Card className="min-w-0">
      <CardHeader>
        <CardTitle>{title}</CardTitle>
      </CardHeader>
      <ProblemRows expected={expected} />
    </Card>
  );
}
