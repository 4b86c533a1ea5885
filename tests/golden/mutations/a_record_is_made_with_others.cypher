CYPHER 5
WITH datetime.transaction('Z') AS now
CALL () {
  CREATE (attempt:Attempt {id: $p.attempt})
  DELETE attempt
}
WITH now, null AS mark
CALL () {
  UNWIND $p.vacant AS row
  MATCH (other:Company {uscc: row.value}) WHERE coalesce(other.id <> row.own, true)
  WITH ['DUPLICATE', row.root, row.at, other] AS problem
  RETURN collect(problem) AS problems
}
CALL () {
  UNWIND $p.vacant2 AS row
  MATCH (other:Company {vat: row.value}) WHERE coalesce(other.id <> row.own, true)
  WITH ['DUPLICATE', row.root, row.at, other] AS problem
  RETURN collect(problem) AS problems2
}
WITH now, mark, problems + problems2 AS problems
WITH now, mark, problems, $p.refused + [problem IN problems | problem[1]] AS refused
WITH now, mark, problems, CASE WHEN mark IS NOT NULL OR ($p.isWhole AND size(refused) > 0) THEN range(0, $p.roots - 1) ELSE refused END AS refused
WITH *, [row IN $p.create2 | row.properties.id] AS touchedContacts
CALL (now, refused) {
  UNWIND $p.create AS row
  WITH row WHERE NOT row.root IN refused
  CREATE (company:Party:Company)
  SET company = row.properties, company.version = 1, company.createdAt = now, company.updatedAt = now, company.createdBy = $p.user, company.updatedBy = $p.user
  CREATE (change:Change {id: row.change})-[:OF_RECORD]->(company)
  SET change += {createdAt: datetime.realtime('Z'), updatedAt: now, version: 1, createdBy: $p.user, requestId: $p.request, operation: 'CREATE', recordId: company.id, recordType: 'Company', recordVersion: 1, properties: row.names}
  SET change += row.news
  RETURN count(*) AS done
}
CALL (now, refused) {
  UNWIND $p.create2 AS row
  WITH row WHERE NOT row.root IN refused
  CREATE (contact:Party:Contact)
  SET contact = row.properties, contact.version = 1, contact.createdAt = now, contact.updatedAt = now, contact.createdBy = $p.user, contact.updatedBy = $p.user
  CREATE (change:Change {id: row.change})-[:OF_RECORD]->(contact)
  SET change += {createdAt: datetime.realtime('Z'), updatedAt: now, version: 1, createdBy: $p.user, requestId: $p.request, operation: 'CREATE', recordId: contact.id, recordType: 'Contact', recordVersion: 1, properties: row.names}
  SET change += row.news
  FOREACH (_ IN CASE WHEN size(keys(row.personal)) > 0 THEN [1] ELSE [] END |
    CREATE (change)-[:HAS_VALUE]->(value:ChangeValue {id: row.change})
    SET value += row.personal)
  RETURN count(*) AS done2
}
CALL (now, refused) {
  UNWIND $p.merge AS row
  WITH row WHERE NOT row.root IN refused
  MERGE (emailAddress:EmailAddress {value: row.value})
  ON CREATE SET emailAddress:EmailAddress, emailAddress = row.properties, emailAddress.version = 1, emailAddress.createdAt = now, emailAddress.updatedAt = now, emailAddress.createdBy = $p.user, emailAddress.updatedBy = $p.user
  WITH row, emailAddress WHERE emailAddress.id = row.properties.id
  CREATE (change:Change {id: row.change})-[:OF_RECORD]->(emailAddress)
  SET change += {createdAt: datetime.realtime('Z'), updatedAt: now, version: 1, createdBy: $p.user, requestId: $p.request, operation: 'CREATE', recordId: emailAddress.id, recordType: 'EmailAddress', recordVersion: 1, properties: row.names}
  SET change += row.news
  FOREACH (_ IN CASE WHEN size(keys(row.personal)) > 0 THEN [1] ELSE [] END |
    CREATE (change)-[:HAS_VALUE]->(value:ChangeValue {id: row.change})
    SET value += row.personal)
  RETURN count(*) AS done3
}
CALL (now, refused) {
  UNWIND $p.draw AS row
  WITH row WHERE NOT row.root IN refused
  MATCH (company:Party&Company {id: row.source})
  MATCH (emailAddress:EmailAddress {value: row.target})
  CREATE (company)-[hasEmail:HAS_EMAIL]->(emailAddress)
  SET hasEmail = row.properties
  CREATE (change:Change {id: row.change})-[:OF_RECORD]->(company)
  CREATE (change)-[:OF_RECORD]->(emailAddress)
  SET change += {createdAt: datetime.realtime('Z'), updatedAt: now, version: 1, createdBy: $p.user, requestId: $p.request, operation: 'LINK', recordId: company.id, recordType: 'Company', edgeType: type(hasEmail), edgeId: hasEmail.id, fromId: startNode(hasEmail).id, toId: endNode(hasEmail).id, otherId: emailAddress.id, otherType: 'EmailAddress', recordVersion: company.version, properties: row.names}
  SET change += row.news
  RETURN count(*) AS done4
}
CALL (now, refused) {
  UNWIND $p.draw2 AS row
  WITH row WHERE NOT row.root IN refused
  MATCH (company:Party&Company {id: row.source})
  MATCH (contact:Party&Contact {id: row.target})
  CREATE (company)<-[worksAt:WORKS_AT]-(contact)
  SET worksAt = row.properties
  CREATE (change:Change {id: row.change})-[:OF_RECORD]->(company)
  CREATE (change)-[:OF_RECORD]->(contact)
  SET change += {createdAt: datetime.realtime('Z'), updatedAt: now, version: 1, createdBy: $p.user, requestId: $p.request, operation: 'LINK', recordId: company.id, recordType: 'Company', edgeType: type(worksAt), edgeId: worksAt.id, fromId: startNode(worksAt).id, toId: endNode(worksAt).id, otherId: contact.id, otherType: 'Contact', recordVersion: company.version, properties: row.names}
  SET change += row.news
  RETURN count(*) AS done5
}
CALL (touchedContacts) {
  WITH *, [] AS allOrders
  CALL (allOrders) {
    CALL (allOrders) {
      UNWIND allOrders AS id
      MATCH (:Order {id: id})<-[:PLACED]-(customer:Customer)
      RETURN customer.id AS touchedId
    }
    RETURN collect(touchedId) AS allCustomers
  }
  CALL (touchedContacts) {
    CALL (touchedContacts) {
      UNWIND touchedContacts AS id
      RETURN id AS touchedId
    }
    RETURN collect(touchedId) AS allContacts
  }
  CALL (allContacts) {
    CALL (allContacts) {
      UNWIND allContacts AS id
      WITH DISTINCT id ORDER BY id
      MATCH (record:Contact {id: id})
      SET record.id = record.id
      RETURN count(*) AS lockedContact
    }
    CALL (allContacts) {
      UNWIND allContacts AS id
      WITH DISTINCT id ORDER BY id
      MATCH (contact:Contact {id: id})
      CALL (contact) {
        MATCH (contact)-[:PARTICIPATED_IN]->(activity:Activity) WHERE activity.status = 'DONE'
        MATCH (activity)<-[:PARTICIPATED_IN]-(user:User)
        WITH user, count(DISTINCT activity) AS count, max(activity.at) AS lastAt
        RETURN user, {count: count, lastAt: lastAt, strength: toFloat(count) / (count + 5)} AS wanted, null AS edge
        UNION ALL
        MATCH (contact)<-[edge:TOUCHED]-(user:User)
        RETURN user, null AS wanted, edge
      }
      WITH contact, user, head(collect(wanted)) AS wanted, collect(edge) AS edges
      FOREACH (edge IN CASE WHEN wanted IS NULL THEN edges ELSE edges[1..] END | DELETE edge)
      FOREACH (edge IN [edge IN edges[..1] WHERE wanted IS NOT NULL
          AND NOT (coalesce(edge.count = wanted.count, edge.count IS NULL AND wanted.count IS NULL)
      AND coalesce(edge.lastAt = wanted.lastAt, edge.lastAt IS NULL AND wanted.lastAt IS NULL)
      AND coalesce(abs(edge.strength - wanted.strength) <= 1e-10 * abs(wanted.strength), false))] |
        SET edge += wanted, edge.version = coalesce(edge.version, 0) + 1)
      FOREACH (_ IN CASE WHEN wanted IS NOT NULL AND edges = [] THEN [1] ELSE [] END |
        CREATE (user)-[edge:TOUCHED]->(contact)
        SET edge = wanted, edge.id = 'touch_' + left(replace(randomUUID(), '-', ''), 12) + '7' + substring(replace(randomUUID(), '-', ''), 13), edge.version = 1)
      RETURN count(*) AS touched
    }
    RETURN count(*) AS contactFacts
  }
  RETURN count(*) AS derivedFacts
}
CALL (refused) {
  UNWIND $p.answers AS row
  WITH row WHERE NOT row.root IN refused
  MATCH (company:Party&Company {id: row.key})
  WITH row, company ORDER BY row.root
  RETURN collect([row.root, company]) AS written
}
WITH *, [each IN written | each[1]] AS answered
CALL (answered) {
  UNWIND answered AS company2
  MATCH (company2:Party&Company)
  CALL (company2) {
    MATCH (company2)<-[worksAt:WORKS_AT]-(contact:Party&Contact)
      WHERE worksAt.until IS NULL
    WITH contact, worksAt ORDER BY contact.id, worksAt.id LIMIT $p.limit
    RETURN collect([worksAt.title, contact.name]) AS contactsRows
  }
  RETURN collect([company2.id, company2.name, contactsRows]) AS writtenRows
}
WITH *, [each IN problems WHERE each[3] IS NOT NULL | each[3]] AS inTheWay
CALL (inTheWay) {
  UNWIND inTheWay AS node_
  MATCH (node_:Company)
  RETURN collect([node_.id, head([label IN labels(node_) WHERE label IN ['Company', 'Contact', 'EmailAddress', 'PhoneNumber', 'Address', 'Customer', 'Product', 'Category', 'Order', 'LineItem', 'Call', 'Email', 'Meeting', 'Sms', 'Chat', 'Visit', 'Demo', 'Trial', 'Training', 'Event', 'Note', 'Task', 'User', 'Team', 'Role', 'Grant', 'ApiKey', 'ExternalRef', 'ImportRun', 'Webhook', 'DeadLetter']])]) AS existingRows
}
RETURN [[each IN problems | [each[0], each[1], each[2], each[3].id]], [each IN written | [each[0], each[1].id]], writtenRows, existingRows, null, mark] AS answer
