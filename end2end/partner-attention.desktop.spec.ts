import { checkAttention } from './partner-attention';

checkAttention();
