CYPHER 5
CALL () {
  MATCH (visit:Activity&Visit)
    WHERE visit.id IS NOT NULL
  WITH visit ORDER BY visit.id LIMIT $p.limit
  CALL (visit) {
    CALL (visit) {
      MATCH (visit)-[:ABOUT]->(subject:Customer|Company|Contact|Order|Product)
      RETURN count(*) AS aboutCount
    }
    CALL (visit) {
      MATCH (visit)-[:ABOUT]->(subject2:Customer|Company|Contact|Order|Product)
      WITH subject2 ORDER BY subject2.id LIMIT $p.limit2
      CALL (subject2) {
        MATCH (subject2)-[:OWNED_BY]->(user:User)
          WHERE subject2:Customer
        WITH user ORDER BY user.id LIMIT 1
        RETURN head(collect([user.login])) AS ownerRow
      }
      RETURN collect([head([label IN labels(subject2) WHERE label IN ['Customer', 'Company', 'Contact', 'Order', 'Product']]), subject2.number, ownerRow, subject2.sku]) AS aboutRows
    }
    RETURN [aboutCount, aboutRows] AS about
  }
  RETURN collect([about]) AS visitsRows
}
RETURN [visitsRows] AS answer
