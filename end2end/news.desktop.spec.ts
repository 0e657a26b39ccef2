import { checkNews } from './news';

checkNews();
