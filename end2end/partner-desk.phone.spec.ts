import { checkDesk } from './partner-desk';

checkDesk();
