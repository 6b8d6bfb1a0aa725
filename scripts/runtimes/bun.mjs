// Loaded by Bun before a test file: puts node-test.mjs in the place of node:test.

import { mock } from "bun:test";
import * as standIn from "./node-test.mjs";

mock.module("node:test", () => ({ ...standIn }));
