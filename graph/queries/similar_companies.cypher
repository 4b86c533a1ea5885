/*
"A company that buys what another one buys."
type SimilarCompany {
  company: Company!
  "How many products both bought."
  sharedProducts: Int!
  "Products that both bought, as a part of those that either bought."
  jaccard: Float!
  "0.8 × jaccard, and 0.2 more if both are of the same size."
  score: Float!
}
extend type Company {
  "Companies whose accounts bought much the same products as this one's, the most similar first."
  similarCompanies(limit: Int = 10): [SimilarCompany!]!
}
*/
MATCH (this)<-[:ACCOUNT_FOR]-(own:Customer)-[:BOUGHT]->(product:Product) WHERE true /* visible(own, product) */
WITH this, collect(DISTINCT product) AS products
UNWIND products AS product
MATCH (product)<-[:BOUGHT]-(customer:Customer)-[:ACCOUNT_FOR]->(company:Company)
WHERE company <> this AND true /* visible(customer, company) */
WITH this, size(products) AS own, company, count(DISTINCT product) AS sharedProducts
ORDER BY sharedProducts DESC, company.id LIMIT 500
WITH this, own, company, sharedProducts, COUNT {
  MATCH (company)<-[:ACCOUNT_FOR]-(account:Customer)-[:BOUGHT]->(theirs:Product)
  WHERE true /* visible(account, theirs) */
  RETURN DISTINCT theirs
} AS bought
WITH this, company, sharedProducts, toFloat(sharedProducts) / (own + bought - sharedProducts) AS jaccard
RETURN company, sharedProducts, jaccard,
  0.8 * jaccard + CASE WHEN this.sizeBand = company.sizeBand THEN 0.2 ELSE 0.0 END AS score
ORDER BY score DESC, company.id LIMIT $limit
