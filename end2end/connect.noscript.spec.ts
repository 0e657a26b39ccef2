import { connectEverything } from './connect';

connectEverything(false);
