import { managing } from './managing';

managing();
