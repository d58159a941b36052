// Gives code its colours: it is taken apart into tokens, which become nodes. Nothing is ever HTML.
import "prismjs/components/prism-markup.js";
import "prismjs/components/prism-css.js";
import "prismjs/components/prism-clike.js";
import "prismjs/components/prism-javascript.js";
import "prismjs/components/prism-typescript.js";
import "prismjs/components/prism-c.js";
import "prismjs/components/prism-cpp.js";
import "prismjs/components/prism-bash.js";
import "prismjs/components/prism-diff.js";
import "prismjs/components/prism-go.js";
import "prismjs/components/prism-java.js";
import "prismjs/components/prism-json.js";
import "prismjs/components/prism-kotlin.js";
import "prismjs/components/prism-python.js";
import "prismjs/components/prism-rust.js";
import "prismjs/components/prism-sql.js";
import "prismjs/components/prism-toml.js";
import "prismjs/components/prism-yaml.js";

export function colour(code, language) {
  const grammar = Prism.languages[language];
  if (grammar) code.replaceChildren(...nodes(Prism.tokenize(code.textContent, grammar)));
}

function nodes(tokens) {
  return (Array.isArray(tokens) ? tokens : [tokens]).map((token) => {
    if (typeof token === "string") return document.createTextNode(token);
    const span = document.createElement("span");
    span.className = ["token", token.type, token.alias ?? []].flat().join(" ");
    span.append(...nodes(token.content));
    return span;
  });
}
