/*
extend type Query {
  """
  Customers in a stage about whom nothing was done since a time, and about whom no open task is planned either. Tasks and
  notes do not count as done.
  """
  untouchedCustomers(
    stages: [LifecycleStage!]! = [ACTIVE, LOYAL]
    "The latest activity lies before this time, or there is none."
    since: DateTime!
  ): CustomerConnection!
}
*/
MATCH (customer:Customer)
WHERE customer.lifecycleStage IN $stages AND customer.id IS NOT NULL AND true /* visible(customer) */
  AND (customer.lastTouchAt IS NULL OR customer.lastTouchAt < $since)
  AND NOT EXISTS {
    MATCH (customer)<-[:ABOUT]-(task:Task) WHERE task.status = 'OPEN' AND true /* visible(task) */
  }
RETURN customer
