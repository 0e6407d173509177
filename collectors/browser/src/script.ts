import { senses } from './senses';
import { startFromTag } from './tag';

startFromTag(senses);
