"""How Neo4j is asked, and how the embedded one is kept. Knows nothing of GraphQL or of HTTP."""
