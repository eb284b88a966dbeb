import { serveChild } from '../../serveChild.ts';
import { faultMethods } from './faultMethods.ts';
import { fakeText } from './fakeText.ts';

serveChild({ ...faultMethods, ...fakeText });
