CYPHER 5
WITH datetime.transaction('Z') AS now
CALL () {
  CREATE (attempt:Attempt {id: $p.attempt})
  DELETE attempt
}
WITH now, null AS mark
CALL () {
  UNWIND $p.vacant AS row
  MATCH (other:Category {code: row.value}) WHERE coalesce(other.id <> row.own, true)
  WITH ['DUPLICATE', row.root, row.at, other] AS problem
  RETURN collect(problem) AS problems
}
WITH now, mark, problems AS problems
WITH now, mark, problems, $p.refused + [problem IN problems | problem[1]] AS refused
WITH now, mark, problems, CASE WHEN mark IS NOT NULL OR ($p.isWhole AND size(refused) > 0) THEN range(0, $p.roots - 1) ELSE refused END AS refused
CALL (now, refused) {
  UNWIND $p.create AS row
  WITH row WHERE NOT row.root IN refused
  CREATE (category:Category)
  SET category = row.properties, category.version = 1, category.createdAt = now, category.updatedAt = now, category.createdBy = $p.user, category.updatedBy = $p.user
  CREATE (change:Change {id: row.change})-[:OF_RECORD]->(category)
  SET change += {createdAt: datetime.realtime('Z'), updatedAt: now, version: 1, createdBy: $p.user, requestId: $p.request, operation: 'CREATE', recordId: category.id, recordType: 'Category', recordVersion: 1, properties: row.names}
  SET change += row.news
  RETURN count(*) AS done
}
CALL (refused) {
  UNWIND $p.answers AS row
  WITH row WHERE NOT row.root IN refused
  MATCH (category:Category {id: row.key})
  WITH row, category ORDER BY row.root
  RETURN collect([row.root, category]) AS written
}
WITH *, [each IN written | each[1]] AS answered
CALL (answered) {
  UNWIND answered AS category2
  MATCH (category2:Category)
  RETURN collect([category2.id, category2.code, category2.name, category2.version]) AS writtenRows
}
RETURN [[each IN problems | [each[0], each[1], each[2], each[3].id]], [each IN written | [each[0], each[1].id]], writtenRows, [], null, mark] AS answer
