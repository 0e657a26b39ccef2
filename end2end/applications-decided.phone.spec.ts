import { checkDecisions } from './applications-decided';

checkDecisions();
