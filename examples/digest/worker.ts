// The entry of every worker, process or thread.

import { serve } from "./serve.js";
import { sha256 } from "./sha256.js";

await serve(sha256);
