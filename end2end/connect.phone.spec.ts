import { connectEverything } from './connect';

connectEverything();
