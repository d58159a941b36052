// Prism's languages ask for it by this name; it is not to look for code by itself.
import Prism from "prismjs/components/prism-core.js";

Prism.manual = true;

export { Prism };
