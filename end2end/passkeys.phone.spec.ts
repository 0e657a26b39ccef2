import { checkPasskeys } from './passkeys';

checkPasskeys();
