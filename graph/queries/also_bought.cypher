/*
"A product that goes with another one."
type AlsoBought {
  product: Product!
  "How many customers bought both."
  together: Int!
  "The part of all customers who bought both."
  support: Float!
  "The part of the first product's customers who bought this one too."
  confidence: Float!
  "How many times more often both are bought together than chance would have it; above 1 they attract each other."
  lift: Float!
}
extend type Product {
  "What the customers of this product also bought, by lift. Counts customers, each once, however often they ordered."
  alsoBought(
    "Leave out what fewer customers bought together."
    minTogether: Int = 2
    limit: Int = 10
  ): [AlsoBought!]!
}
*/
MATCH (this)<-[:BOUGHT]-(buyer:Customer) WHERE true /* visible(buyer) */
WITH this, collect(DISTINCT buyer) AS buyers,
  COUNT { MATCH (everyone:Customer) WHERE true /* visible(everyone) */ } AS customers
UNWIND buyers AS buyer
MATCH (buyer)-[:BOUGHT]->(product:Product) WHERE product <> this AND true /* visible(product) */
WITH product, customers, size(buyers) AS own, count(DISTINCT buyer) AS together
WHERE together >= $minTogether
WITH product, customers, own, together,
  COUNT { MATCH (product)<-[:BOUGHT]-(other:Customer) WHERE true /* visible(other) */ } AS others
RETURN product, together, toFloat(together) / customers AS support, toFloat(together) / own AS confidence,
  toFloat(together) * customers / (own * others) AS lift
ORDER BY lift DESC, together DESC, product.id LIMIT $limit
