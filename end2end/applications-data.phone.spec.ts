import { checkData } from './applications-data';

checkData();
