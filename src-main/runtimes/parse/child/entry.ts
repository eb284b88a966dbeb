import { serveChild } from '../../serveChild.ts';
import { parseHandlers } from './handlers.ts';

serveChild(parseHandlers);
