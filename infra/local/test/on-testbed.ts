import { afterAll, beforeAll } from 'vitest';
import { closeTestbed, openTestbed } from './testbed.ts';

/** Runs before each test file that imports the testbed: its modules stay loaded, its platform does not. */
beforeAll(openTestbed);
afterAll(closeTestbed);
