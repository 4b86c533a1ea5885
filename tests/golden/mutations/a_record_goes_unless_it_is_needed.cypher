CYPHER 5
WITH datetime.transaction('Z') AS now
CALL () {
  CREATE (attempt:Attempt {id: $p.attempt})
  DELETE attempt
}
WITH now, null AS mark
CALL () {
  UNWIND $p.delete AS row
  CALL (row) {
    MATCH (order:Order {id: row.key})
    SET order.id = order.id
    RETURN count(*) AS locked
  }
  OPTIONAL MATCH (order:Order {id: row.key})
  WITH row, order
  WITH CASE WHEN order IS NULL OR order:Deleted THEN ['NOT_FOUND', row.root, row.at, null] WHEN order.version <> row.version THEN ['CONFLICT', row.root, row.at, order] END AS problem
  RETURN collect(problem) AS problems
}
WITH now, mark, problems AS problems
WITH now, mark, problems, $p.refused + [problem IN problems | problem[1]] AS refused
WITH now, mark, problems, CASE WHEN mark IS NOT NULL OR ($p.isWhole AND size(refused) > 0) THEN range(0, $p.roots - 1) ELSE refused END AS refused
WITH *, [row IN $p.delete | row.key] AS touchedOrders
CALL (touchedOrders) {
  CALL (touchedOrders) {
    CALL (touchedOrders) {
      UNWIND touchedOrders AS id
      RETURN id AS touchedId
    }
    RETURN collect(touchedId) AS allOrders
  }
  CALL (allOrders) {
    CALL (allOrders) {
      UNWIND allOrders AS id
      MATCH (:Order {id: id})<-[:PLACED]-(customer:Customer)
      RETURN customer.id AS touchedId
    }
    RETURN collect(touchedId) AS allCustomers
  }
  WITH *, [] AS allContacts
  RETURN {orders: allOrders, customers: allCustomers, contacts: allContacts} AS before
}
CALL (now, refused) {
  UNWIND $p.delete AS row
  WITH row WHERE NOT row.root IN refused
  MATCH (order:Order {id: row.key})
  CREATE (change:Change {id: row.change})-[:OF_RECORD]->(order)
  SET change += {createdAt: datetime.realtime('Z'), updatedAt: now, version: 1, createdBy: $p.user, requestId: $p.request, operation: 'DELETE', recordId: order.id, recordType: 'Order', recordVersion: order.version + 1, properties: []}
  REMOVE order:Order
  SET order:Deleted, order.formerLabels = ['Order'], order.deletedAt = now, order.deletedBy = $p.user, order.formerType = 'Order', order.formerName = coalesce(order.number)
  SET order.version = coalesce(order.version, 0) + 1, order.updatedAt = now, order.updatedBy = $p.user
  WITH row, order
  CALL (row, order, now) {
    MATCH (order)-[:HAS_LINE]->(lineItem:LineItem)
    SET lineItem.deletedWith = order.id
    WITH lineItem, replace(randomUUID(), '-', '') AS digits
    CREATE (change:Change {id: 'change_' + substring(digits, 0, 12) + '7' + substring(digits, 13)})-[:OF_RECORD]->(lineItem)
    SET change += {createdAt: datetime.realtime('Z'), updatedAt: now, version: 1, createdBy: $p.user, requestId: $p.request, operation: 'DELETE', recordId: lineItem.id, recordType: 'LineItem', recordVersion: lineItem.version + 1, properties: []}
    REMOVE lineItem:LineItem
    SET lineItem:Deleted, lineItem.formerLabels = ['LineItem'], lineItem.deletedAt = now, lineItem.deletedBy = $p.user, lineItem.formerType = 'LineItem', lineItem.formerName = coalesce(lineItem.key)
    SET lineItem.version = coalesce(lineItem.version, 0) + 1, lineItem.updatedAt = now, lineItem.updatedBy = $p.user
    RETURN count(*) AS gone
  }
  RETURN count(*) AS done
}
CALL (before, touchedOrders) {
  CALL (before, touchedOrders) {
    CALL (before, touchedOrders) {
      UNWIND touchedOrders AS id
      RETURN id AS touchedId
      UNION
      UNWIND before.orders AS id
      RETURN id AS touchedId
    }
    RETURN collect(touchedId) AS allOrders
  }
  CALL (allOrders) {
    UNWIND allOrders AS id
    WITH DISTINCT id ORDER BY id
    MATCH (record:Order {id: id})
    SET record.id = record.id
    RETURN count(*) AS lockedOrder
  }
  CALL (allOrders) {
    CALL (allOrders) {
      UNWIND allOrders AS id
      WITH DISTINCT id ORDER BY id
      MATCH (order:Order {id: id})
      MATCH (order)-[:HAS_LINE]->(line:LineItem)
        WHERE line.net IS NULL OR line.netDerived
      WITH line, coalesce(line.discountPct, 0.0) AS discount
      WITH *, coalesce(abs(line.quantity) < 1e16 AND abs(discount) < 1e16 AND line.unit IS NOT NULL, false) AS isKnown
      WITH *, CASE WHEN isKnown THEN line.quantity ELSE 0 END AS many,
          CASE WHEN isKnown THEN discount ELSE 0 END AS off, coalesce(line.unit, 0) AS price
      WITH *, split(toString(abs(many)), 'E') AS manyHalves
      WITH *, split(manyHalves[0], '.') AS manySides, toInteger(coalesce(manyHalves[1], '0')) AS manyPower
      WITH *, size(coalesce(manySides[1], '')) - manyPower AS manyPlaces
      WITH *, manySides[0] + coalesce(manySides[1], '') + reduce(zeros = '', one IN range(1, -manyPlaces) | zeros + '0') AS manyDigits,
          CASE WHEN manyPlaces > 0 THEN manyPlaces ELSE 0 END AS manyScale
      WITH *, split(toString(abs(off)), 'E') AS offHalves
      WITH *, split(offHalves[0], '.') AS offSides, toInteger(coalesce(offHalves[1], '0')) AS offPower
      WITH *, size(coalesce(offSides[1], '')) - offPower AS offPlaces
      WITH *, offSides[0] + coalesce(offSides[1], '') + reduce(zeros = '', one IN range(1, -offPlaces) | zeros + '0') AS offDigits,
          CASE WHEN offPlaces > 0 THEN offPlaces ELSE 0 END AS offScale
      WITH *, reduce(zeros = '', one IN range(1, offScale + 3 - size(offDigits)) | zeros + '0') + offDigits AS padded
      WITH *, [place IN range(0, size(padded) - 1) | ((CASE WHEN place = size(padded) - 3 - offScale THEN 1 ELSE 0 END) - toInteger(sign(off)) * toInteger(substring(padded, place, 1))) * toInteger(sign(100 - off))] AS factor
      WITH *, reduce(done = [0, ''], digit IN reverse(factor) |
          [((done[0] + toInteger(manyDigits) * digit) - (((done[0] + toInteger(manyDigits) * digit) % 10 + 10) % 10)) / 10, toString((((done[0] + toInteger(manyDigits) * digit) % 10 + 10) % 10)) + done[1]]) AS factors
      WITH *, reduce(product = [0, ''], digit IN reverse(split(toString(factors[0]) + factors[1], '')) |
          [(product[0] + abs(price) * toInteger(digit)) / 10, toString((product[0] + abs(price) * toInteger(digit)) % 10) + product[1]]) AS product, manyScale + offScale + 2 AS scale
      WITH *, toString(product[0]) + product[1] AS figures, CASE WHEN scale > 0 THEN scale ELSE 0 END AS places
      WITH *, reduce(zeros = '', one IN range(1, places + 1 - size(figures)) | zeros + '0') + figures + reduce(zeros = '', one IN range(1, -scale) | zeros + '0') AS figuresPadded
      WITH *, ltrim(left(figuresPadded, size(figuresPadded) - places), '0') AS front,
          right(figuresPadded, places) AS fraction, '5' + reduce(zeros = '', one IN range(1, places - 1) | zeros + '0') AS half
      WITH *, CASE WHEN size(front) <= 16 THEN coalesce(toInteger(front), 0) END AS whole
      WITH *, whole + CASE WHEN fraction > half OR (fraction = half AND whole % 2 = 1) THEN 1 ELSE 0 END AS nearest
      WITH *, CASE WHEN nearest <= 9007199254740991 THEN nearest END AS rounded
      WITH *, CASE WHEN isKnown THEN toInteger(sign(many) * sign(price) * sign(100 - off)) * rounded END AS net
      SET line.net = net,
          line.netCurrency = CASE WHEN net IS NOT NULL THEN line.unitCurrency END,
          line.netDerived = CASE WHEN net IS NOT NULL THEN true END
      RETURN count(*) AS nets
    }
    CALL (allOrders) {
      UNWIND allOrders AS id
      WITH DISTINCT id ORDER BY id
      MATCH (order:Order {id: id})
      CALL (order) {
        MATCH (order)-[:HAS_LINE]->(line:LineItem)
        UNWIND [['unit', line.unit, line.unitCurrency], ['net', line.net, line.netCurrency]] AS amount
        RETURN line AS record, amount
        UNION ALL
        WITH order WHERE order.totalDerived IS NULL
        RETURN order AS record, ['total', order.total, order.totalCurrency] AS amount
      }
      WITH order, amount[2] AS currency, collect({record: record, of: amount[0], minor: amount[1]}) AS amounts
      CALL (order, currency) {
        WITH order, currency WHERE currency <> $p.money.base AND NOT coalesce(order.fxRate > 0, false)
        MATCH (rate:Rate)
          WHERE rate.currency = currency AND rate.day <= date(coalesce(order.placedAt, datetime.transaction('UTC')))
        WITH rate ORDER BY rate.currency DESC, rate.day DESC LIMIT 1
        RETURN head(collect(rate.rate)) AS listed
      }
      WITH *, CASE WHEN order.fxRate > 0 THEN CASE WHEN abs(order.fxRate) < 1e16 THEN toString(abs(order.fxRate)) END ELSE listed END AS rate
      UNWIND amounts AS amount
      WITH currency, rate, amount.record AS record, amount.of AS of, amount.minor AS minor
      WITH *, minor IS NOT NULL AND rate IS NOT NULL AS isKnown, coalesce(minor, 0) AS price
      WITH *, split(CASE WHEN isKnown THEN rate ELSE '0' END, 'E') AS rateHalves
      WITH *, split(rateHalves[0], '.') AS rateSides, toInteger(coalesce(rateHalves[1], '0')) AS ratePower
      WITH *, size(coalesce(rateSides[1], '')) - ratePower AS ratePlaces
      WITH *, rateSides[0] + coalesce(rateSides[1], '') + reduce(zeros = '', one IN range(1, -ratePlaces) | zeros + '0') AS rateDigits,
          CASE WHEN ratePlaces > 0 THEN ratePlaces ELSE 0 END AS rateScale
      WITH *, reduce(product = [0, ''], digit IN reverse(split(rateDigits, '')) |
          [(product[0] + abs(price) * toInteger(digit)) / 10, toString((product[0] + abs(price) * toInteger(digit)) % 10) + product[1]]) AS product, rateScale - (coalesce($p.money.exponents[$p.money.base], 2) - coalesce($p.money.exponents[currency], 2)) AS scale
      WITH *, toString(product[0]) + product[1] AS figures, CASE WHEN scale > 0 THEN scale ELSE 0 END AS places
      WITH *, reduce(zeros = '', one IN range(1, places + 1 - size(figures)) | zeros + '0') + figures + reduce(zeros = '', one IN range(1, -scale) | zeros + '0') AS figuresPadded
      WITH *, ltrim(left(figuresPadded, size(figuresPadded) - places), '0') AS front,
          right(figuresPadded, places) AS fraction, '5' + reduce(zeros = '', one IN range(1, places - 1) | zeros + '0') AS half
      WITH *, CASE WHEN size(front) <= 16 THEN coalesce(toInteger(front), 0) END AS whole
      WITH *, whole + CASE WHEN fraction > half OR (fraction = half AND whole % 2 = 1) THEN 1 ELSE 0 END AS nearest
      WITH *, CASE WHEN nearest <= 9007199254740991 THEN nearest END AS rounded
      WITH *, CASE WHEN isKnown THEN sign(price) * rounded END AS exchanged
      WITH record, of, CASE WHEN currency = $p.money.base THEN minor ELSE exchanged END AS base
      FOREACH (_ IN CASE of WHEN 'unit' THEN [1] ELSE [] END | SET record.unitBase = base)
      FOREACH (_ IN CASE of WHEN 'net' THEN [1] ELSE [] END | SET record.netBase = base)
      FOREACH (_ IN CASE of WHEN 'total' THEN [1] ELSE [] END | SET record.totalBase = base)
      RETURN count(*) AS bases
    }
    CALL (allOrders) {
      UNWIND allOrders AS id
      WITH DISTINCT id ORDER BY id
      MATCH (order:Order {id: id})
      WITH order WHERE order.total IS NULL OR order.totalDerived
      OPTIONAL MATCH (order)-[:HAS_LINE]->(line:LineItem) WHERE line.net IS NOT NULL
      WITH order, collect(DISTINCT line.netCurrency) AS currencies, sum(line.net) AS total,
          sum(line.netBase) AS base, count(line) = count(line.netBase) AS isValued
      WITH *, size(currencies) = 1 AS isOne
      SET order.total = CASE WHEN isOne THEN total END,
          order.totalCurrency = CASE WHEN isOne THEN currencies[0] END,
          order.totalBase = CASE WHEN isOne AND isValued THEN base END,
          order.totalDerived = CASE WHEN isOne THEN true END
      RETURN count(*) AS totals
    }
    RETURN count(*) AS orderFacts
  }
  CALL (allOrders, before) {
    CALL (allOrders, before) {
      UNWIND before.customers AS id
      RETURN id AS touchedId
      UNION
      UNWIND allOrders AS id
      MATCH (:Order {id: id})<-[:PLACED]-(customer:Customer)
      RETURN customer.id AS touchedId
    }
    RETURN collect(touchedId) AS allCustomers
  }
  CALL (before) {
    CALL (before) {
      UNWIND before.contacts AS id
      RETURN id AS touchedId
    }
    RETURN collect(touchedId) AS allContacts
  }
  CALL (allCustomers) {
    CALL (allCustomers) {
      UNWIND allCustomers AS id
      WITH DISTINCT id ORDER BY id
      MATCH (record:Customer {id: id})
      SET record.id = record.id
      RETURN count(*) AS lockedCustomer
    }
    CALL (allCustomers) {
      UNWIND allCustomers AS id
      WITH DISTINCT id ORDER BY id
      MATCH (customer:Customer {id: id})
      CALL (customer) {
        MATCH (customer)-[:PLACED]->(order:Order) WHERE order.status IN ['PLACED', 'PAID', 'FULFILLED']
        RETURN count(order) AS orders, sum(order.totalBase) AS revenue
      }
      CALL (customer) {
        MATCH (customer)<-[:ABOUT]-(activity:Activity)
          WHERE activity.status = 'DONE' AND NOT activity.kind IN ['TASK', 'NOTE']
        RETURN max(activity.at) AS touch
      }
      SET customer.revenue = revenue, customer.revenueCurrency = $p.money.base, customer.revenueBase = revenue,
          customer.orderCount = orders, customer.lastTouchAt = touch
      RETURN count(*) AS sums
    }
    CALL (allCustomers) {
      UNWIND allCustomers AS id
      WITH DISTINCT id ORDER BY id
      MATCH (customer:Customer {id: id})
      CALL (customer) {
        MATCH (customer)-[:PLACED]->(order:Order) WHERE order.status IN ['PLACED', 'PAID', 'FULFILLED']
        MATCH (order)-[:HAS_LINE]->(line:LineItem)-[:OF_PRODUCT]->(product:Product)
        WITH product, count(DISTINCT order) AS orders, toFloat(sum(line.quantity)) AS quantity,
            sum(line.netBase) AS revenue, min(order.placedAt) AS firstAt, max(order.placedAt) AS lastAt
        RETURN product, {orders: orders, quantity: quantity, revenue: revenue, revenueCurrency: $p.money.base,
            revenueBase: revenue, firstAt: firstAt, lastAt: lastAt} AS wanted, null AS edge
        UNION ALL
        MATCH (customer)-[edge:BOUGHT]->(product:Product)
        RETURN product, null AS wanted, edge
      }
      WITH customer, product, head(collect(wanted)) AS wanted, collect(edge) AS edges
      FOREACH (edge IN CASE WHEN wanted IS NULL THEN edges ELSE edges[1..] END | DELETE edge)
      FOREACH (edge IN [edge IN edges[..1] WHERE wanted IS NOT NULL
          AND NOT (coalesce(edge.orders = wanted.orders, edge.orders IS NULL AND wanted.orders IS NULL)
      AND coalesce(edge.revenue = wanted.revenue, edge.revenue IS NULL AND wanted.revenue IS NULL)
      AND coalesce(edge.revenueCurrency = wanted.revenueCurrency, edge.revenueCurrency IS NULL AND wanted.revenueCurrency IS NULL)
      AND coalesce(edge.revenueBase = wanted.revenueBase, edge.revenueBase IS NULL AND wanted.revenueBase IS NULL)
      AND coalesce(edge.firstAt = wanted.firstAt, edge.firstAt IS NULL AND wanted.firstAt IS NULL)
      AND coalesce(edge.lastAt = wanted.lastAt, edge.lastAt IS NULL AND wanted.lastAt IS NULL)
      AND coalesce(abs(edge.quantity - wanted.quantity) <= 1e-10 * abs(wanted.quantity), false))] |
        SET edge += wanted, edge.version = coalesce(edge.version, 0) + 1)
      FOREACH (_ IN CASE WHEN wanted IS NOT NULL AND edges = [] THEN [1] ELSE [] END |
        CREATE (customer)-[edge:BOUGHT]->(product)
        SET edge = wanted, edge.id = 'purchase_' + left(replace(randomUUID(), '-', ''), 12) + '7' + substring(replace(randomUUID(), '-', ''), 13), edge.version = 1)
      RETURN count(*) AS bought
    }
    RETURN count(*) AS customerFacts
  }
  RETURN count(*) AS derivedFacts
}
RETURN [[each IN problems | [each[0], each[1], each[2], each[3].id]], [], [], [], null, mark] AS answer
