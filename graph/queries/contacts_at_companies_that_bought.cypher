/*
extend type Query {
  """
  People who work today at companies that bought one of the products, of the accounts' own orders that were placed and
  not cancelled; with `since`, only if the last such order is not older.
  """
  contactsAtCompaniesThatBought(
    "Article numbers of the products."
    skus: [String!]!
    "The earliest time of the last order."
    since: DateTime
  ): ContactConnection!
}
*/
MATCH (product:Product) WHERE product.sku IN $skus AND true /* visible(product) */
MATCH (product)<-[bought:BOUGHT]-(customer:Customer)-[:ACCOUNT_FOR]->(company:Company)
WHERE ($since IS NULL OR bought.lastAt >= $since) AND true /* visible(customer, company) */
WITH DISTINCT company
MATCH (company)<-[job:WORKS_AT]-(contact:Contact) WHERE job.until IS NULL AND true /* visible(contact) */
RETURN DISTINCT contact
