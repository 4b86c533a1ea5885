CYPHER 5
CALL () {
  MATCH (start:Company|Contact|EmailAddress|PhoneNumber|Address|Customer|Product|Category|Order|LineItem|Call|Email|Meeting|Sms|Chat|Visit|Demo|Trial|Training|Event|Note|Task|User|Team|Role|Grant|ApiKey|ExternalRef|ImportRun|Webhook|DeadLetter)
    WHERE start.id = $p.id
  MATCH (goal:Company|Contact|EmailAddress|PhoneNumber|Address|Customer|Product|Category|Order|LineItem|Call|Email|Meeting|Sms|Chat|Visit|Demo|Trial|Training|Event|Note|Task|User|Team|Role|Grant|ApiKey|ExternalRef|ImportRun|Webhook|DeadLetter)
    WHERE goal.id = $p.id2
  MATCH way = allShortestPaths((start)-[:ABOUT|ACCOUNT_FOR|ASSIGNED_TO|BOUGHT|CHILD_OF|CHURNED_TO|FAILED_FOR|GRANTS|HAS_ADDRESS|HAS_EMAIL|HAS_LINE|HAS_PHONE|HAS_ROLE|INFLUENCES|IN_CATEGORY|KNOWS|MEMBER_OF|NOT_DUPLICATE_OF|OF_PRODUCT|ORDERED|OWNED_BY|PARTICIPATED_IN|PART_OF|PLACED|REFERRED|REFERS_TO|REPLY_TO|REPORTS_TO|SHARED_WITH|SUBSIDIARY_OF|SUPPLIES|TOUCHED|WORKS_AT*0..4]-(goal))
    WHERE all(step IN nodes(way) WHERE step:Company|Contact|EmailAddress|PhoneNumber|Address|Customer|Product|Category|Order|LineItem|Call|Email|Meeting|Sms|Chat|Visit|Demo|Trial|Training|Event|Note|Task|User|Team|Role|Grant|ApiKey|ExternalRef|ImportRun|Webhook|DeadLetter AND (step.id IN [$p.id, $p.id2] OR COUNT { (step)--() } <= 1000))
  WITH way LIMIT 1000
  WITH way ORDER BY [step IN nodes(way) | step.id], [link IN relationships(way) | type(link)], [link IN relationships(way) | link.id] LIMIT 1
  WITH way, nodes(way) AS nodes
  CALL (nodes) {
    UNWIND nodes AS node_
    MATCH (node_:Company|Contact|EmailAddress|PhoneNumber|Address|Customer|Product|Category|Order|LineItem|Call|Email|Meeting|Sms|Chat|Visit|Demo|Trial|Training|Event|Note|Task|User|Team|Role|Grant|ApiKey|ExternalRef|ImportRun|Webhook|DeadLetter)
    RETURN collect([head([label IN labels(node_) WHERE label IN ['Company', 'Contact', 'EmailAddress', 'PhoneNumber', 'Address', 'Customer', 'Product', 'Category', 'Order', 'LineItem', 'Call', 'Email', 'Meeting', 'Sms', 'Chat', 'Visit', 'Demo', 'Trial', 'Training', 'Event', 'Note', 'Task', 'User', 'Team', 'Role', 'Grant', 'ApiKey', 'ExternalRef', 'ImportRun', 'Webhook', 'DeadLetter']]), node_.name, node_.name]) AS nodesRows
  }
  RETURN head(collect([length(way), [link IN relationships(way) | [type(link), startNode(link).id, endNode(link).id]], nodesRows])) AS path_
}
RETURN [path_] AS answer
