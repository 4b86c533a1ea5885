// @neo4j/graphql on graphql-yoga, as their documentations put them together. What is said on standard output is for
// the bench: where it listens.

import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { Neo4jGraphQL } from "@neo4j/graphql";
import { GraphQLScalarType } from "graphql";
import { createYoga } from "graphql-yoga";
import neo4j from "neo4j-driver";

const { NEO4J_URI, NEO4J_USER, NEO4J_PASSWORD, NEO4J_DATABASE, PORT } = process.env;

const driver = neo4j.driver(NEO4J_URI, neo4j.auth.basic(NEO4J_USER, NEO4J_PASSWORD));
const typeDefs = readFileSync(process.argv[2], "utf-8");
const Instant = new GraphQLScalarType({ name: "Instant", serialize: (value) => value.toString() });
const schema = await new Neo4jGraphQL({ typeDefs, driver, resolvers: { Instant } }).getSchema();
const yoga = createYoga({
  schema,
  context: { sessionConfig: { database: NEO4J_DATABASE } },
  logging: "error",
  graphiql: false,
  landingPage: false,
  maskedErrors: false,
});
createServer(yoga).listen(Number(PORT), "127.0.0.1");
