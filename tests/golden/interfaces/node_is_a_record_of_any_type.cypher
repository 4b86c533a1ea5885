CYPHER 5
CALL () {
  MATCH (node_:Company|Contact|EmailAddress|PhoneNumber|Address|Customer|Product|Category|Order|LineItem|Call|Email|Meeting|Sms|Chat|Visit|Demo|Trial|Training|Event|Note|Task|User|Team|ExternalRef|Webhook|DeadLetter)
    WHERE node_.id = $p.id
  RETURN head(collect([head([label IN labels(node_) WHERE label IN ['Company', 'Contact', 'EmailAddress', 'PhoneNumber', 'Address', 'Customer', 'Product', 'Category', 'Order', 'LineItem', 'Call', 'Email', 'Meeting', 'Sms', 'Chat', 'Visit', 'Demo', 'Trial', 'Training', 'Event', 'Note', 'Task', 'User', 'Team', 'ExternalRef', 'Webhook', 'DeadLetter']]), node_.version, node_.name, node_.number, node_.subject])) AS nodeRow
}
CALL () {
  MATCH (node_2:Company|Contact|EmailAddress|PhoneNumber|Address|Customer|Product|Category|Order|LineItem|Call|Email|Meeting|Sms|Chat|Visit|Demo|Trial|Training|Event|Note|Task|User|Team|ExternalRef|Webhook|DeadLetter)
    WHERE node_2.id = $p.id2
  RETURN head(collect([head([label IN labels(node_2) WHERE label IN ['Company', 'Contact', 'EmailAddress', 'PhoneNumber', 'Address', 'Customer', 'Product', 'Category', 'Order', 'LineItem', 'Call', 'Email', 'Meeting', 'Sms', 'Chat', 'Visit', 'Demo', 'Trial', 'Training', 'Event', 'Note', 'Task', 'User', 'Team', 'ExternalRef', 'Webhook', 'DeadLetter']]), node_2.version, node_2.name, node_2.number, node_2.subject])) AS nodeRow2
}
CALL () {
  MATCH (node_3:Company|Contact|EmailAddress|PhoneNumber|Address|Customer|Product|Category|Order|LineItem|Call|Email|Meeting|Sms|Chat|Visit|Demo|Trial|Training|Event|Note|Task|User|Team|ExternalRef|Webhook|DeadLetter)
    WHERE node_3.id = $p.id3
  RETURN head(collect([head([label IN labels(node_3) WHERE label IN ['Company', 'Contact', 'EmailAddress', 'PhoneNumber', 'Address', 'Customer', 'Product', 'Category', 'Order', 'LineItem', 'Call', 'Email', 'Meeting', 'Sms', 'Chat', 'Visit', 'Demo', 'Trial', 'Training', 'Event', 'Note', 'Task', 'User', 'Team', 'ExternalRef', 'Webhook', 'DeadLetter']]), node_3.version, node_3.name, node_3.number, node_3.subject])) AS nodeRow3
}
RETURN [nodeRow, nodeRow2, nodeRow3] AS answer
