CYPHER 5
CALL () {
  CALL () {
    MATCH (product:Product)
      WHERE product.id IS NOT NULL AND EXISTS { MATCH (product)<-[:BOUGHT]-(customer:Customer) }
    RETURN count(*) AS productsCount
  }
  RETURN [productsCount, null] AS products
}
RETURN [products] AS answer
