CYPHER 5
CALL () {
  CALL () {
    MATCH (product:Product)
      WHERE EXISTS { MATCH (product)<-[:BOUGHT]-(customer:Customer) }
    RETURN count(*) AS productsCount
  }
  RETURN [productsCount, null] AS products
}
RETURN [products] AS answer
