import type { Metadata } from "next";
import { Guide, guideMetadata } from "../guide";

type Props = { params: Promise<{ slug: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return guideMetadata((await params).slug);
}

/** A page directly below docs/, or the README of a folder there. */
export default async function GuidePage({ params }: Props) {
  return <Guide path={(await params).slug} />;
}
