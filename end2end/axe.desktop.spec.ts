import { checkEverything } from './axe';

checkEverything();
