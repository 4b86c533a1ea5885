"""What an operation means: from a GraphQL selection to a plan, and from a row to the response."""
