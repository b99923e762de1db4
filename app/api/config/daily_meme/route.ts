import { sectionRoutes } from "../section-routes";

export const { GET, PUT } = sectionRoutes("daily_meme");
