CYPHER 5
CALL () {
  CALL () {
    MATCH (order_:Order)
    RETURN [[count(*), count(order_.number), count(DISTINCT order_.number), min(order_.number), max(order_.number), count(order_.status), count(DISTINCT order_.status), count(order_.placedAt), count(DISTINCT order_.placedAt), toString(min(order_.placedAt)), toString(max(order_.placedAt)), count(order_.fxRate), count(DISTINCT order_.fxRate), min(CASE WHEN order_.fxRate IS :: INTEGER | FLOAT THEN order_.fxRate END), max(CASE WHEN order_.fxRate IS :: INTEGER | FLOAT THEN order_.fxRate END), percentileCont(order_.fxRate, $p.percentile), count(order_.totalBase), count(DISTINCT order_.totalBase), sum(order_.totalBase), avg(order_.totalBase), min(CASE WHEN order_.totalBase IS :: INTEGER | FLOAT THEN order_.totalBase END), max(CASE WHEN order_.totalBase IS :: INTEGER | FLOAT THEN order_.totalBase END), percentileCont(order_.totalBase, $p.percentile2)]] AS ordersSummary
  }
  RETURN [ordersSummary, null] AS orders
}
CALL () {
  CALL () {
    MATCH (lineItem:LineItem)
    RETURN [[count(*), count(lineItem.quantity), count(DISTINCT lineItem.quantity), sum(lineItem.quantity), min(CASE WHEN lineItem.quantity IS :: INTEGER | FLOAT THEN lineItem.quantity END), max(CASE WHEN lineItem.quantity IS :: INTEGER | FLOAT THEN lineItem.quantity END), percentileCont(lineItem.quantity, $p.percentile3)]] AS lineItemsSummary
  }
  RETURN [lineItemsSummary, null] AS lineItems
}
CALL () {
  CALL () {
    MATCH (product:Product)
    RETURN [[count(*), count(product.active), count(CASE WHEN product.active THEN 1 END), count(CASE WHEN NOT product.active THEN 1 END)]] AS productsSummary
  }
  RETURN [productsSummary, null] AS products
}
CALL () {
  CALL () {
    MATCH (company:Party&Company)
      WHERE company.id IS NOT NULL AND company.name STARTS WITH $p.name
    RETURN [[count(*), count(company.employees), count(DISTINCT company.employees), sum(company.employees), avg(company.employees), min(CASE WHEN company.employees IS :: INTEGER | FLOAT THEN company.employees END), max(CASE WHEN company.employees IS :: INTEGER | FLOAT THEN company.employees END), percentileCont(company.employees, $p.percentile4)]] AS companiesSummary
  }
  RETURN [companiesSummary, null] AS companies
}
RETURN [orders, lineItems, products, companies] AS answer
