import { serveChild } from '../../serveChild.ts';
import { createDataHandlers } from './handlers.ts';

serveChild(createDataHandlers());
