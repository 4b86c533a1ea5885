CYPHER 5
CALL () {
  CALL () {
    MATCH (product:Product)
      WHERE product.sku = $p.sku AND EXISTS { MATCH (product)<-[:BOUGHT]-(customer:Customer) WHERE customer.number = $p.number }
    RETURN count(*) AS productsCount
  }
  RETURN [productsCount, null] AS products
}
RETURN [products] AS answer
