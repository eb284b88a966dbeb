import { serveChild } from '../../serveChild.ts';
import { faultMethods } from './faultMethods.ts';

serveChild({ ...faultMethods });
