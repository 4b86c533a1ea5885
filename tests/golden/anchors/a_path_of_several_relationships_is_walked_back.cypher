CYPHER 5
CALL () {
  CALL () {
    MATCH (product:Product)
      WHERE product.id IS NOT NULL AND product.sku IN $p.sku
    MATCH (company:Party&Company)<-[:ACCOUNT_FOR]-(:Customer)-[:BOUGHT]->(product)
    RETURN count(DISTINCT company) AS companiesCount
  }
  CALL () {
    MATCH (product2:Product)
      WHERE product2.id IS NOT NULL AND product2.sku IN $p.sku
    MATCH (company2:Party&Company)<-[:ACCOUNT_FOR]-(:Customer)-[:BOUGHT]->(product2)
    WITH DISTINCT company2 ORDER BY company2.sortKey, company2.id LIMIT $p.limit
    RETURN collect([company2.name]) AS companiesRows
  }
  RETURN [companiesCount, companiesRows] AS companies
}
RETURN [companies] AS answer
