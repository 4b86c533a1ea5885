CYPHER 5
CALL () {
  OPTIONAL MATCH (there:Company|Contact|EmailAddress|PhoneNumber|Address|Customer|Product|Category|Order|LineItem|Call|Email|Meeting|Sms|Chat|Visit|Demo|Trial|Training|Event|Note|Task|User|Team|Role|Grant|ApiKey|ExternalRef|ImportRun|Webhook|DeadLetter)
    WHERE there.id = $p.id
  WITH coalesce(there, head(COLLECT { MATCH (:Deleted {id: $p.id})-[:MERGED_INTO*1..]->(kept:Company|Contact|EmailAddress|PhoneNumber|Address|Customer|Product|Category|Order|LineItem|Call|Email|Meeting|Sms|Chat|Visit|Demo|Trial|Training|Event|Note|Task|User|Team|Role|Grant|ApiKey|ExternalRef|ImportRun|Webhook|DeadLetter) RETURN kept })) AS node_
    WHERE node_ IS NOT NULL
  RETURN head(collect([head([label IN labels(node_) WHERE label IN ['Company', 'Contact', 'EmailAddress', 'PhoneNumber', 'Address', 'Customer', 'Product', 'Category', 'Order', 'LineItem', 'Call', 'Email', 'Meeting', 'Sms', 'Chat', 'Visit', 'Demo', 'Trial', 'Training', 'Event', 'Note', 'Task', 'User', 'Team', 'Role', 'Grant', 'ApiKey', 'ExternalRef', 'ImportRun', 'Webhook', 'DeadLetter']]), node_.version, node_.name, node_.name, node_.number, node_.subject])) AS nodeRow
}
CALL () {
  OPTIONAL MATCH (there2:Company|Contact|EmailAddress|PhoneNumber|Address|Customer|Product|Category|Order|LineItem|Call|Email|Meeting|Sms|Chat|Visit|Demo|Trial|Training|Event|Note|Task|User|Team|Role|Grant|ApiKey|ExternalRef|ImportRun|Webhook|DeadLetter)
    WHERE there2.id = $p.id2
  WITH coalesce(there2, head(COLLECT { MATCH (:Deleted {id: $p.id2})-[:MERGED_INTO*1..]->(kept2:Company|Contact|EmailAddress|PhoneNumber|Address|Customer|Product|Category|Order|LineItem|Call|Email|Meeting|Sms|Chat|Visit|Demo|Trial|Training|Event|Note|Task|User|Team|Role|Grant|ApiKey|ExternalRef|ImportRun|Webhook|DeadLetter) RETURN kept2 })) AS node_2
    WHERE node_2 IS NOT NULL
  RETURN head(collect([head([label IN labels(node_2) WHERE label IN ['Company', 'Contact', 'EmailAddress', 'PhoneNumber', 'Address', 'Customer', 'Product', 'Category', 'Order', 'LineItem', 'Call', 'Email', 'Meeting', 'Sms', 'Chat', 'Visit', 'Demo', 'Trial', 'Training', 'Event', 'Note', 'Task', 'User', 'Team', 'Role', 'Grant', 'ApiKey', 'ExternalRef', 'ImportRun', 'Webhook', 'DeadLetter']]), node_2.version, node_2.name, node_2.name, node_2.number, node_2.subject])) AS nodeRow2
}
CALL () {
  OPTIONAL MATCH (there3:Company|Contact|EmailAddress|PhoneNumber|Address|Customer|Product|Category|Order|LineItem|Call|Email|Meeting|Sms|Chat|Visit|Demo|Trial|Training|Event|Note|Task|User|Team|Role|Grant|ApiKey|ExternalRef|ImportRun|Webhook|DeadLetter)
    WHERE there3.id = $p.id3
  WITH coalesce(there3, head(COLLECT { MATCH (:Deleted {id: $p.id3})-[:MERGED_INTO*1..]->(kept3:Company|Contact|EmailAddress|PhoneNumber|Address|Customer|Product|Category|Order|LineItem|Call|Email|Meeting|Sms|Chat|Visit|Demo|Trial|Training|Event|Note|Task|User|Team|Role|Grant|ApiKey|ExternalRef|ImportRun|Webhook|DeadLetter) RETURN kept3 })) AS node_3
    WHERE node_3 IS NOT NULL
  RETURN head(collect([head([label IN labels(node_3) WHERE label IN ['Company', 'Contact', 'EmailAddress', 'PhoneNumber', 'Address', 'Customer', 'Product', 'Category', 'Order', 'LineItem', 'Call', 'Email', 'Meeting', 'Sms', 'Chat', 'Visit', 'Demo', 'Trial', 'Training', 'Event', 'Note', 'Task', 'User', 'Team', 'Role', 'Grant', 'ApiKey', 'ExternalRef', 'ImportRun', 'Webhook', 'DeadLetter']]), node_3.version, node_3.name, node_3.name, node_3.number, node_3.subject])) AS nodeRow3
}
RETURN [nodeRow, nodeRow2, nodeRow3] AS answer
