import { serveChild } from '../../serveChild.ts';
import { createTextMethods } from './textMethods.ts';

serveChild(createTextMethods());
