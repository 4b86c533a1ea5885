CYPHER 5
CALL () {
  UNWIND [$p.id] + COLLECT { MATCH (:Deleted {id: $p.id})-[:MERGED_INTO*1..]->(kept) RETURN kept.id } AS id
  MATCH (node_:Company|Contact|EmailAddress|PhoneNumber|Address|Customer|Product|Category|Order|LineItem|Call|Email|Meeting|Sms|Chat|Visit|Demo|Trial|Training|Event|Note|Task|User|Team|ExternalRef|ImportRun|Webhook|DeadLetter)
    WHERE node_.id = id
  RETURN head(collect([head([label IN labels(node_) WHERE label IN ['Company', 'Contact', 'EmailAddress', 'PhoneNumber', 'Address', 'Customer', 'Product', 'Category', 'Order', 'LineItem', 'Call', 'Email', 'Meeting', 'Sms', 'Chat', 'Visit', 'Demo', 'Trial', 'Training', 'Event', 'Note', 'Task', 'User', 'Team', 'ExternalRef', 'ImportRun', 'Webhook', 'DeadLetter']]), node_.version, node_.name, node_.name, node_.number, node_.subject])) AS nodeRow
}
CALL () {
  UNWIND [$p.id2] + COLLECT { MATCH (:Deleted {id: $p.id2})-[:MERGED_INTO*1..]->(kept) RETURN kept.id } AS id2
  MATCH (node_2:Company|Contact|EmailAddress|PhoneNumber|Address|Customer|Product|Category|Order|LineItem|Call|Email|Meeting|Sms|Chat|Visit|Demo|Trial|Training|Event|Note|Task|User|Team|ExternalRef|ImportRun|Webhook|DeadLetter)
    WHERE node_2.id = id2
  RETURN head(collect([head([label IN labels(node_2) WHERE label IN ['Company', 'Contact', 'EmailAddress', 'PhoneNumber', 'Address', 'Customer', 'Product', 'Category', 'Order', 'LineItem', 'Call', 'Email', 'Meeting', 'Sms', 'Chat', 'Visit', 'Demo', 'Trial', 'Training', 'Event', 'Note', 'Task', 'User', 'Team', 'ExternalRef', 'ImportRun', 'Webhook', 'DeadLetter']]), node_2.version, node_2.name, node_2.name, node_2.number, node_2.subject])) AS nodeRow2
}
CALL () {
  UNWIND [$p.id3] + COLLECT { MATCH (:Deleted {id: $p.id3})-[:MERGED_INTO*1..]->(kept) RETURN kept.id } AS id3
  MATCH (node_3:Company|Contact|EmailAddress|PhoneNumber|Address|Customer|Product|Category|Order|LineItem|Call|Email|Meeting|Sms|Chat|Visit|Demo|Trial|Training|Event|Note|Task|User|Team|ExternalRef|ImportRun|Webhook|DeadLetter)
    WHERE node_3.id = id3
  RETURN head(collect([head([label IN labels(node_3) WHERE label IN ['Company', 'Contact', 'EmailAddress', 'PhoneNumber', 'Address', 'Customer', 'Product', 'Category', 'Order', 'LineItem', 'Call', 'Email', 'Meeting', 'Sms', 'Chat', 'Visit', 'Demo', 'Trial', 'Training', 'Event', 'Note', 'Task', 'User', 'Team', 'ExternalRef', 'ImportRun', 'Webhook', 'DeadLetter']]), node_3.version, node_3.name, node_3.name, node_3.number, node_3.subject])) AS nodeRow3
}
RETURN [nodeRow, nodeRow2, nodeRow3] AS answer
