import { checkReconciliations } from './applications-reconciled';

checkReconciliations();
