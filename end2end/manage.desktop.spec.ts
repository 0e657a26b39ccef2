import { managed } from './managed';
import { managing } from './managing';

managing();
managed();
