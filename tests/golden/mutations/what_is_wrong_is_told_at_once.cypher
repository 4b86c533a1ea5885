CYPHER 5
WITH datetime.transaction('Z') AS now
CALL () {
  CREATE (attempt:Attempt {id: $p.attempt})
  DELETE attempt
}
WITH now, null AS mark
CALL () {
  UNWIND $p.find AS row
  OPTIONAL MATCH (category:Category {code: row.key})
  WITH CASE WHEN category IS NULL OR category:Deleted THEN ['NOT_FOUND', row.root, row.at, null] END AS problem
  RETURN collect(problem) AS problems
}
CALL () {
  UNWIND $p.vacant AS row
  MATCH (other:Product {sku: row.value}) WHERE coalesce(other.id <> row.own, true)
  WITH ['DUPLICATE', row.root, row.at, other] AS problem
  RETURN collect(problem) AS problems2
}
WITH now, mark, problems + problems2 AS problems
WITH now, mark, problems, $p.refused + [problem IN problems | problem[1]] AS refused
WITH now, mark, problems, CASE WHEN mark IS NOT NULL OR ($p.isWhole AND size(refused) > 0) THEN range(0, $p.roots - 1) ELSE refused END AS refused
CALL (now, refused) {
  UNWIND $p.create AS row
  WITH row WHERE NOT row.root IN refused
  CREATE (product:Product)
  SET product = row.properties, product.version = 1, product.createdAt = now, product.updatedAt = now, product.createdBy = $p.user, product.updatedBy = $p.user
  CREATE (change:Change {id: row.change})-[:OF_RECORD]->(product)
  SET change += {createdAt: datetime.realtime('Z'), updatedAt: now, version: 1, createdBy: $p.user, requestId: $p.request, operation: 'CREATE', recordId: product.id, recordType: 'Product', recordVersion: 1, properties: row.names}
  SET change += row.news
  RETURN count(*) AS done
}
CALL (now, refused) {
  UNWIND $p.draw AS row
  WITH row WHERE NOT row.root IN refused
  MATCH (product:Product {id: row.source})
  OPTIONAL MATCH (category:Category {code: row.target})
  FOREACH (_ IN CASE WHEN category IS NULL THEN [1] ELSE [] END | CREATE (:Attempt {id: row.change}), (:Attempt {id: row.change}))
  WITH *
  WITH row, product, category WHERE NOT EXISTS { (product)-[:IN_CATEGORY]->(category) }
  CREATE (product)-[inCategory:IN_CATEGORY]->(category)
  SET inCategory = row.properties
  CREATE (change:Change {id: row.change})-[:OF_RECORD]->(product)
  CREATE (change)-[:OF_RECORD]->(category)
  SET change += {createdAt: datetime.realtime('Z'), updatedAt: now, version: 1, createdBy: $p.user, requestId: $p.request, operation: 'LINK', recordId: product.id, recordType: 'Product', edgeType: type(inCategory), edgeId: inCategory.id, fromId: startNode(inCategory).id, toId: endNode(inCategory).id, otherId: category.id, otherType: 'Category', recordVersion: product.version, properties: row.names}
  SET change += row.news
  RETURN count(*) AS done2
}
CALL (refused) {
  UNWIND $p.answers AS row
  WITH row WHERE NOT row.root IN refused
  MATCH (product:Product {id: row.key})
  WITH row, product ORDER BY row.root
  RETURN collect([row.root, product]) AS written
}
WITH *, [each IN written | each[1]] AS answered
CALL (answered) {
  UNWIND answered AS product2
  MATCH (product2:Product)
  RETURN collect([product2.id, product2.name]) AS writtenRows
}
RETURN [[each IN problems | [each[0], each[1], each[2], each[3].id]], [each IN written | [each[0], each[1].id]], writtenRows, [], null, mark] AS answer
