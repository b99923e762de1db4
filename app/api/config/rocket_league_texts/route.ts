import { sectionRoutes } from "../section-routes";

export const { GET, PUT } = sectionRoutes("rocket_league_texts");
