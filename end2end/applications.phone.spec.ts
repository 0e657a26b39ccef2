import { checkApplications } from './applications';

checkApplications();
