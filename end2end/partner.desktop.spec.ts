import { checkCustomers } from './partner';

checkCustomers();
