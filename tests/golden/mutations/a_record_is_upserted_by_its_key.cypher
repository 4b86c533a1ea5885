CYPHER 5
WITH datetime.transaction('Z') AS now
CALL () {
  CREATE (attempt:Attempt {id: $p.attempt})
  DELETE attempt
}
WITH now, null AS mark
CALL () {
  UNWIND $p.vacant AS row
  MATCH (other:Team {name: row.value}) WHERE coalesce(other.id <> row.own, true)
  WITH ['DUPLICATE', row.root, row.at, other] AS problem
  RETURN collect(problem) AS problems
}
CALL () {
  UNWIND $p.upsert AS row
  CALL (row) {
    MATCH (team:Team {name: row.key})
    SET team.id = team.id
    RETURN count(*) AS locked
  }
  OPTIONAL MATCH (team:Team {name: row.key})
  WITH row, team
  WITH CASE  WHEN (team IS NULL OR team:Deleted) AND row.lacks THEN ['REQUIRED', row.root, row.at, null] WHEN team IS NULL OR team:Deleted THEN null  WHEN team.version <> row.version THEN ['CONFLICT', row.root, row.at, team] END AS problem
  RETURN collect(problem) AS problems3
}
WITH now, mark, problems + problems3 AS problems
WITH now, mark, problems, $p.refused + [problem IN problems | problem[1]] AS refused
WITH now, mark, problems, CASE WHEN mark IS NOT NULL OR ($p.isWhole AND size(refused) > 0) THEN range(0, $p.roots - 1) ELSE refused END AS refused
CALL (now, refused) {
  UNWIND $p.create AS row
  WITH row WHERE NOT row.root IN refused
  CREATE (team:Team)
  SET team = row.properties, team.version = 1, team.createdAt = now, team.updatedAt = now, team.createdBy = $p.user, team.updatedBy = $p.user
  CREATE (change:Change {id: row.change})-[:OF_RECORD]->(team)
  SET change += {createdAt: datetime.realtime('Z'), updatedAt: now, version: 1, createdBy: $p.user, requestId: $p.request, operation: 'CREATE', recordId: team.id, recordType: 'Team', recordVersion: 1, properties: row.names}
  SET change += row.news
  RETURN count(*) AS done
}
CALL (now, refused) {
  UNWIND $p.upsert AS row
  WITH row WHERE NOT row.root IN refused
  MATCH (team:Team {name: row.key})
  WITH row, team, [name IN row.changing WHERE coalesce(team[name] <> row.values[name], team[name] IS NOT NULL OR row.values[name] IS NOT NULL)] AS changed
  WHERE size(changed) > 0
  CREATE (change:Change {id: row.change})-[:OF_RECORD]->(team)
  SET change += {createdAt: datetime.realtime('Z'), updatedAt: now, version: 1, createdBy: $p.user, requestId: $p.request, operation: 'UPDATE', recordId: team.id, recordType: 'Team', recordVersion: team.version + 1, properties: changed}
  FOREACH (name IN changed | SET change['old.' + name] = team[name], change['new.' + name] = row.values[name])
  SET team += row.values, team.version = coalesce(team.version, 0) + 1, team.updatedAt = now, team.updatedBy = $p.user
  SET
      team.sortKey = CASE WHEN row.computed.sortKey IS NULL THEN team.sortKey ELSE row.computed.sortKey[0] END,
      team.searchText = CASE WHEN row.computed.searchText IS NULL THEN team.searchText ELSE reduce(text = '', index IN range(0, 1) | text + CASE index WHEN 0 THEN '' ELSE "\n" END + coalesce(row.computed.searchText[index], split(coalesce(team.searchText, ''), "\n")[index], '')) END
  RETURN count(*) AS done2
}
CALL (now, refused) {
  UNWIND $p.upsert AS row
  WITH row WHERE NOT row.root IN refused
  WITH row WHERE NOT EXISTS { (team:Team {name: row.key}) }
  CREATE (team:Team)
  SET team = row.properties, team.version = 1, team.createdAt = now, team.updatedAt = now, team.createdBy = $p.user, team.updatedBy = $p.user
  CREATE (change:Change {id: row.change})-[:OF_RECORD]->(team)
  SET change += {createdAt: datetime.realtime('Z'), updatedAt: now, version: 1, createdBy: $p.user, requestId: $p.request, operation: 'CREATE', recordId: team.id, recordType: 'Team', recordVersion: 1, properties: row.names}
  SET change += row.news
  RETURN count(*) AS done3
}
CALL (now, refused) {
  UNWIND $p.draw AS row
  WITH row WHERE NOT row.root IN refused
  MATCH (team:Team {name: row.source})
  MATCH (otherTeam:Team {id: row.target})
  SET team.id = team.id
  WITH row, team, otherTeam
  CALL (row, team, otherTeam, now) {
    MATCH (team)-[replaced:PART_OF]->(other) WHERE other <> otherTeam
    WITH *, replace(randomUUID(), '-', '') AS digits
    CREATE (change:Change {id: 'change_' + substring(digits, 0, 12) + '7' + substring(digits, 13)})-[:OF_RECORD]->(team)
    CREATE (change)-[:OF_RECORD]->(other)
    SET change += {createdAt: datetime.realtime('Z'), updatedAt: now, version: 1, createdBy: $p.user, requestId: $p.request, operation: 'UNLINK', recordId: team.id, recordType: head([label IN coalesce(team.formerLabels, labels(team)) WHERE label IN $p.types]), edgeType: type(replaced), edgeId: replaced.id, fromId: startNode(replaced).id, toId: endNode(replaced).id, otherId: other.id, otherType: head([label IN coalesce(other.formerLabels, labels(other)) WHERE label IN $p.types]), recordVersion: team.version + 1, properties: [name IN keys(replaced) WHERE NOT name IN ['id', 'version']]}
    FOREACH (name IN [name IN keys(replaced) WHERE NOT name IN ['id', 'version']] | SET change['old.' + name] = replaced[name])
    DELETE replaced
    RETURN count(*) AS removed
  }
  CREATE (team)-[partOf:PART_OF]->(otherTeam)
  SET partOf = row.properties
  CREATE (change:Change {id: row.change})-[:OF_RECORD]->(team)
  CREATE (change)-[:OF_RECORD]->(otherTeam)
  SET change += {createdAt: datetime.realtime('Z'), updatedAt: now, version: 1, createdBy: $p.user, requestId: $p.request, operation: 'LINK', recordId: team.id, recordType: 'Team', edgeType: type(partOf), edgeId: partOf.id, fromId: startNode(partOf).id, toId: endNode(partOf).id, otherId: otherTeam.id, otherType: 'Team', recordVersion: CASE WHEN team.id = row.made THEN team.version ELSE team.version + 1 END, properties: row.names}
  SET change += row.news
  FOREACH (_ IN CASE WHEN team.id = row.made THEN [] ELSE [1] END | SET team.version = coalesce(team.version, 0) + 1, team.updatedAt = now, team.updatedBy = $p.user)
  RETURN count(*) AS done4
}
CALL (refused) {
  UNWIND $p.answers AS row
  WITH row WHERE NOT row.root IN refused
  MATCH (team:Team {name: row.key})
  WITH row, team ORDER BY row.root
  RETURN collect([row.root, team]) AS written
}
WITH *, [each IN written | each[1]] AS answered
CALL (answered) {
  UNWIND answered AS team2
  MATCH (team2:Team)
  CALL (team2) {
    MATCH (team2)-[:PART_OF]->(team3:Team)
    WITH team3 ORDER BY team3.id LIMIT 1
    RETURN head(collect([team3.name])) AS parentRow
  }
  RETURN collect([team2.id, team2.name, team2.version, parentRow]) AS writtenRows
}
WITH *, [each IN problems WHERE each[3] IS NOT NULL | each[3]] AS inTheWay
CALL (inTheWay) {
  UNWIND inTheWay AS node_
  MATCH (node_:Team)
  RETURN collect([node_.id, head([label IN labels(node_) WHERE label IN ['Company', 'Contact', 'EmailAddress', 'PhoneNumber', 'Address', 'Customer', 'Product', 'Category', 'Order', 'LineItem', 'Call', 'Email', 'Meeting', 'Sms', 'Chat', 'Visit', 'Demo', 'Trial', 'Training', 'Event', 'Note', 'Task', 'User', 'Team', 'Role', 'Grant', 'ApiKey', 'ExternalRef', 'ImportRun', 'Webhook', 'DeadLetter']])]) AS existingRows
}
RETURN [[each IN problems | [each[0], each[1], each[2], each[3].id]], [each IN written | [each[0], each[1].id]], writtenRows, existingRows, null, mark] AS answer
