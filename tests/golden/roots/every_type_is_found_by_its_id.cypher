CYPHER 5
CALL () {
  OPTIONAL MATCH (there:Party&Company)
    WHERE there.id = $p.id
  WITH coalesce(there, head(COLLECT { MATCH (:Deleted {id: $p.id})-[:MERGED_INTO*1..]->(kept:Party&Company) RETURN kept })) AS company
    WHERE company IS NOT NULL
  RETURN head(collect([company.version])) AS companyRow
}
CALL () {
  OPTIONAL MATCH (there2:Party&Contact)
    WHERE there2.id = $p.id2
  WITH coalesce(there2, head(COLLECT { MATCH (:Deleted {id: $p.id2})-[:MERGED_INTO*1..]->(kept2:Party&Contact) RETURN kept2 })) AS contact
    WHERE contact IS NOT NULL
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
  OPTIONAL MATCH (there3:Customer)
    WHERE there3.id = $p.id6
  WITH coalesce(there3, head(COLLECT { MATCH (:Deleted {id: $p.id6})-[:MERGED_INTO*1..]->(kept3:Customer) RETURN kept3 })) AS customer
    WHERE customer IS NOT NULL
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
