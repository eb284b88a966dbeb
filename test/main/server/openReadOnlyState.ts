import { toErrorBody } from '../../../src-main/base/appError.ts';
import { openState } from '../../../src-main/server/projectState.ts';

/** Opens the state of a project whose disk is mounted read-only and prints what that says. */
const [folder = ''] = process.argv.slice(2);
console.log(JSON.stringify(await openState(folder).catch(toErrorBody)));
