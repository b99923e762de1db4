import type { Metadata } from "next";
import { Guide, guideMetadata } from "../../guide";

type Props = { params: Promise<{ slug: string; page: string }> };

const pathOf = async ({ params }: Props) => {
  const { slug, page } = await params;
  return `${slug}/${page}`;
};

export async function generateMetadata(props: Props): Promise<Metadata> {
  return guideMetadata(await pathOf(props));
}

/** A page in a folder of docs/. */
export default async function GuidePageInFolder(props: Props) {
  return <Guide path={await pathOf(props)} />;
}
