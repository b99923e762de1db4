import { sectionRoutes } from "../section-routes";

export const { GET, PUT } = sectionRoutes("welcome_texts");
