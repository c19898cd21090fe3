// Reads a list of policies as JSON, and writes what Google's CSP evaluator says about each; the folder of the installed
// checkers is the first argument.
const path = require("node:path");
const home = path.join(process.argv[2], "node_modules", "csp_evaluator", "dist");
const { CspEvaluator } = require(path.join(home, "evaluator.js"));
const { CspParser } = require(path.join(home, "parser.js"));

const policies = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
const found = policies.map((policy) => new CspEvaluator(new CspParser(policy).csp).evaluate());
process.stdout.write(JSON.stringify(found));
