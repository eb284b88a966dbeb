import { serveChild } from '../../serveChild.ts';
import { createEmbeddingMethods } from './embeddingMethods.ts';

serveChild(createEmbeddingMethods());
