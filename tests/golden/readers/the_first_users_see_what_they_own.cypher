CYPHER 5
CALL () {
  CALL () {
    MATCH (customer:Customer)
      WHERE customer.id IS NOT NULL AND customer.ownerId IN $p.reader_owners
    RETURN count(*) AS customersCount
  }
  CALL () {
    MATCH (customer2:Customer)
      WHERE customer2.id IS NOT NULL AND customer2.ownerId IN $p.reader_owners AND customer2.number IS NOT NULL
    WITH customer2 ORDER BY customer2.number, customer2.id LIMIT $p.limit
    RETURN collect([customer2.number]) AS customersRows
  }
  RETURN [customersCount, customersRows] AS customers
}
CALL () {
  CALL () {
    MATCH (order_:Order)
      WHERE order_.id IS NOT NULL AND (order_.ownerId IN $p.reader_owners OR EXISTS { MATCH (order_)<-[:PLACED]-(customer3:Customer) WHERE customer3.ownerId IN $p.reader_owners })
    RETURN count(*) AS ordersCount
  }
  CALL () {
    MATCH (order_2:Order)
      WHERE order_2.id IS NOT NULL AND (order_2.ownerId IN $p.reader_owners OR EXISTS { MATCH (order_2)<-[:PLACED]-(customer4:Customer) WHERE customer4.ownerId IN $p.reader_owners }) AND order_2.number IS NOT NULL
    WITH order_2 ORDER BY order_2.number, order_2.id LIMIT $p.limit2
    CALL (order_2) {
      CALL (order_2) {
        MATCH (order_2)-[:HAS_LINE]->(lineItem:LineItem)
          WHERE EXISTS { MATCH (lineItem)<-[:HAS_LINE]-(order_3:Order) WHERE (order_3.ownerId IN $p.reader_owners OR EXISTS { MATCH (order_3)<-[:PLACED]-(customer5:Customer) WHERE customer5.ownerId IN $p.reader_owners }) }
        RETURN count(*) AS linesCount
      }
      RETURN [linesCount, null] AS lines
    }
    RETURN collect([lines]) AS ordersRows
  }
  RETURN [ordersCount, ordersRows] AS orders
}
RETURN [customers, orders] AS answer
