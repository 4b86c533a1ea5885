CYPHER 5
CALL () {
  UNWIND [$p.id] + COLLECT { MATCH (:Deleted {id: $p.id})-[:MERGED_INTO*1..]->(kept) RETURN kept.id } AS id
  MATCH (company:Party&Company)
    WHERE company.id = id
  RETURN head(collect([company.version])) AS companyRow
}
CALL () {
  UNWIND [$p.id2] + COLLECT { MATCH (:Deleted {id: $p.id2})-[:MERGED_INTO*1..]->(kept) RETURN kept.id } AS id2
  MATCH (contact:Party&Contact)
    WHERE contact.id = id2
  RETURN head(collect([contact.version])) AS contactRow
}
CALL () {
  MATCH (emailAddress:EmailAddress)
    WHERE emailAddress.id = $p.id3
  RETURN head(collect([emailAddress.version])) AS emailAddressRow
}
CALL () {
  MATCH (phoneNumber:PhoneNumber)
    WHERE phoneNumber.id = $p.id4
  RETURN head(collect([phoneNumber.version])) AS phoneNumberRow
}
CALL () {
  MATCH (address:Address)
    WHERE address.id = $p.id5
  RETURN head(collect([address.version])) AS addressRow
}
CALL () {
  UNWIND [$p.id6] + COLLECT { MATCH (:Deleted {id: $p.id6})-[:MERGED_INTO*1..]->(kept) RETURN kept.id } AS id3
  MATCH (customer:Customer)
    WHERE customer.id = id3
  RETURN head(collect([customer.version])) AS customerRow
}
CALL () {
  MATCH (product:Product)
    WHERE product.id = $p.id7
  RETURN head(collect([product.version])) AS productRow
}
CALL () {
  MATCH (category:Category)
    WHERE category.id = $p.id8
  RETURN head(collect([category.version])) AS categoryRow
}
CALL () {
  MATCH (order_:Order)
    WHERE order_.id = $p.id9
  RETURN head(collect([order_.version])) AS orderRow
}
CALL () {
  MATCH (lineItem:LineItem)
    WHERE lineItem.id = $p.id10
  RETURN head(collect([lineItem.version])) AS lineItemRow
}
CALL () {
  MATCH (user:User)
    WHERE user.id = $p.id11
  RETURN head(collect([user.version])) AS userRow
}
CALL () {
  MATCH (team:Team)
    WHERE team.id = $p.id12
  RETURN head(collect([team.version])) AS teamRow
}
CALL () {
  MATCH (externalRef:ExternalRef)
    WHERE externalRef.id = $p.id13
  RETURN head(collect([externalRef.version])) AS externalRefRow
}
RETURN [companyRow, contactRow, emailAddressRow, phoneNumberRow, addressRow, customerRow, productRow, categoryRow, orderRow, lineItemRow, userRow, teamRow, externalRefRow] AS answer
