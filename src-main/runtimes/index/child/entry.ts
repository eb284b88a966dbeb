import { serveChild } from '../../serveChild.ts';
import { createIndexHandlers } from './handlers.ts';

serveChild(createIndexHandlers());
