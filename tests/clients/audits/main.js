// The audits of the specification's reference implementation.
import { auditServer } from "graphql-http";

import { print } from "../observed.js";

const [, , url] = process.argv;
const results = await auditServer({ url });
print(results.map(({ id, name, status, reason }) => ({ id, name, status, reason })));
