CYPHER 5
CALL () {
  MATCH (party:Party)
    WHERE party.id IS NOT NULL
  WITH party ORDER BY party.id LIMIT $p.limit
  RETURN collect([party.id]) AS partiesRows
}
CALL () {
  MATCH (company:Party&Company)
    WHERE company.id IS NOT NULL
  WITH company ORDER BY company.id LIMIT $p.limit2
  RETURN collect([company.id]) AS companiesRows
}
CALL () {
  MATCH (contact:Party&Contact)
    WHERE contact.id IS NOT NULL
  WITH contact ORDER BY contact.id LIMIT $p.limit3
  RETURN collect([contact.id]) AS contactsRows
}
CALL () {
  MATCH (emailAddress:EmailAddress)
    WHERE emailAddress.id IS NOT NULL
  WITH emailAddress ORDER BY emailAddress.id LIMIT $p.limit4
  RETURN collect([emailAddress.id]) AS emailAddressesRows
}
CALL () {
  MATCH (phoneNumber:PhoneNumber)
    WHERE phoneNumber.id IS NOT NULL
  WITH phoneNumber ORDER BY phoneNumber.id LIMIT $p.limit5
  RETURN collect([phoneNumber.id]) AS phoneNumbersRows
}
CALL () {
  MATCH (address:Address)
    WHERE address.id IS NOT NULL
  WITH address ORDER BY address.id LIMIT $p.limit6
  RETURN collect([address.id]) AS addressesRows
}
CALL () {
  MATCH (customer:Customer)
    WHERE customer.id IS NOT NULL
  WITH customer ORDER BY customer.id LIMIT $p.limit7
  RETURN collect([customer.id]) AS customersRows
}
CALL () {
  MATCH (product:Product)
    WHERE product.id IS NOT NULL
  WITH product ORDER BY product.id LIMIT $p.limit8
  RETURN collect([product.id]) AS productsRows
}
CALL () {
  MATCH (category:Category)
    WHERE category.id IS NOT NULL
  WITH category ORDER BY category.id LIMIT $p.limit9
  RETURN collect([category.id]) AS categoriesRows
}
CALL () {
  MATCH (order_:Order)
    WHERE order_.id IS NOT NULL
  WITH order_ ORDER BY order_.id LIMIT $p.limit10
  RETURN collect([order_.id]) AS ordersRows
}
CALL () {
  MATCH (lineItem:LineItem)
    WHERE lineItem.id IS NOT NULL
  WITH lineItem ORDER BY lineItem.id LIMIT $p.limit11
  RETURN collect([lineItem.id]) AS lineItemsRows
}
CALL () {
  MATCH (activity:Activity)
    WHERE activity.id IS NOT NULL
  WITH activity ORDER BY activity.id LIMIT $p.limit12
  RETURN collect([activity.id]) AS activitiesRows
}
CALL () {
  MATCH (user:User)
    WHERE user.id IS NOT NULL
  WITH user ORDER BY user.id LIMIT $p.limit13
  RETURN collect([user.id]) AS usersRows
}
CALL () {
  MATCH (team:Team)
    WHERE team.id IS NOT NULL
  WITH team ORDER BY team.id LIMIT $p.limit14
  RETURN collect([team.id]) AS teamsRows
}
CALL () {
  MATCH (externalRef:ExternalRef)
    WHERE externalRef.id IS NOT NULL
  WITH externalRef ORDER BY externalRef.id LIMIT $p.limit15
  RETURN collect([externalRef.id]) AS externalRefsRows
}
RETURN [partiesRows, companiesRows, contactsRows, emailAddressesRows, phoneNumbersRows, addressesRows, customersRows, productsRows, categoriesRows, ordersRows, lineItemsRows, activitiesRows, usersRows, teamsRows, externalRefsRows] AS answer
