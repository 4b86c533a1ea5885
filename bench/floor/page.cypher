// A page far down an order: a seek in the index that the order has, to where the page before ended.
CYPHER 5
MATCH (activity:Activity)
WHERE activity.id IS NOT NULL AND activity.at <= datetime($p.at)
  AND (activity.at < datetime($p.at) OR activity.id < $p.id)
WITH activity ORDER BY activity.at DESC, activity.id DESC LIMIT $p.first + 1
WITH collect([toString(activity.at), activity.subject]) AS activities
RETURN [size(activities) > $p.first, activities[..$p.first]] AS answer
