-- month, raw facts
-- order_line, raw
SELECT CAST(date_trunc('month', "order_line"."local_date") AS DATE) AS "k_day", sum("order_line"."gross_e4") FILTER (WHERE ("order_line"."class" = $1)) AS "m_0", sum("order_line"."discount_merchant_e4") FILTER (WHERE ("order_line"."class" = $1)) AS "m_1", sum("order_line"."discount_creator_e4") FILTER (WHERE ("order_line"."class" = $1)) AS "m_2", sum("order_line"."gross_e4") FILTER (WHERE ("order_line"."class" = $2)) AS "m_3", sum("order_line"."net_e4") FILTER (WHERE ("order_line"."class" = $3)) AS "m_4", count(DISTINCT "order_line"."order_key") FILTER (WHERE ("order_line"."class" = $1)) AS "m_5", count(*) FILTER (WHERE "order_line"."currency" <> $4) AS "m_foreign" FROM "order_line" WHERE "order_line"."local_date" >= $5 AND "order_line"."local_date" <= $6 GROUP BY "k_day"
-- $1 = 'sale'
-- $2 = 'discount'
-- $3 = 'return'
-- $4 = 'GBP'
-- $5 = 2010-12-01
-- $6 = 2011-01-31

-- the same for clickhouse
-- order_line, raw
SELECT toStartOfMonth("order_line"."local_date") AS "k_day", sumIf("order_line"."gross_e4", ("order_line"."class" = {p1:String})) AS "m_0", sumIf("order_line"."discount_merchant_e4", ("order_line"."class" = {p1:String})) AS "m_1", sumIf("order_line"."discount_creator_e4", ("order_line"."class" = {p1:String})) AS "m_2", sumIf("order_line"."gross_e4", ("order_line"."class" = {p2:String})) AS "m_3", sumIf("order_line"."net_e4", ("order_line"."class" = {p3:String})) AS "m_4", uniqExactIf("order_line"."order_key", ("order_line"."class" = {p1:String})) AS "m_5", countIf("order_line"."currency" <> {p4:String}) AS "m_foreign" FROM "order_line" WHERE "order_line"."local_date" >= {p5:Date32} AND "order_line"."local_date" <= {p6:Date32} GROUP BY "k_day"
-- $1 = 'sale'
-- $2 = 'discount'
-- $3 = 'return'
-- $4 = 'GBP'
-- $5 = 2010-12-01
-- $6 = 2011-01-31

-- order basis
-- order_line, raw
SELECT "order_line"."order_date" AS "k_day", sum(CASE WHEN ("order_line"."class" = $1) THEN coalesce("order_line"."gross_e4", 0) - coalesce("order_line"."discount_merchant_e4", 0) - coalesce("order_line"."discount_creator_e4", 0) WHEN ("order_line"."class" = $2) THEN coalesce("order_line"."gross_e4", 0) WHEN ("order_line"."class" = $3) THEN coalesce("order_line"."net_e4", 0) ELSE 0 END) AS "m_0", count(*) FILTER (WHERE "order_line"."currency" <> $4) AS "m_foreign" FROM "order_line" WHERE "order_line"."order_date" >= $5 AND "order_line"."order_date" <= $6 GROUP BY "k_day"
-- $1 = 'sale'
-- $2 = 'discount'
-- $3 = 'return'
-- $4 = 'GBP'
-- $5 = 2010-12-01
-- $6 = 2011-01-31

-- a dimension of the order
-- order_line, raw
SELECT coalesce("orders"."country", '') AS "k_0", sum(CASE WHEN ("order_line"."class" = $1) THEN coalesce("order_line"."gross_e4", 0) - coalesce("order_line"."discount_merchant_e4", 0) - coalesce("order_line"."discount_creator_e4", 0) WHEN ("order_line"."class" = $2) THEN coalesce("order_line"."gross_e4", 0) WHEN ("order_line"."class" = $3) THEN coalesce("order_line"."net_e4", 0) ELSE 0 END) AS "m_0", count(*) FILTER (WHERE "order_line"."currency" <> $4) AS "m_foreign" FROM "order_line" LEFT JOIN (SELECT "orders".* FROM "orders" CROSS JOIN (SELECT min("order_key") AS "low", max("order_key") AS "high" FROM "order_line" WHERE "order_line"."local_date" >= $5 AND "order_line"."local_date" <= $6) AS "span" WHERE "orders"."order_key" BETWEEN "low" AND "high") AS "orders" ON "order_line"."order_key" = "orders"."order_key" WHERE "order_line"."local_date" >= $5 AND "order_line"."local_date" <= $6 GROUP BY "k_0"
-- $1 = 'sale'
-- $2 = 'discount'
-- $3 = 'return'
-- $4 = 'GBP'
-- $5 = 2010-12-01
-- $6 = 2011-01-31

-- a dimension of the order, rows counted
-- order_line, raw
SELECT coalesce("orders"."country", '') AS "k_0", coalesce("order_line"."sku", '') AS "k_1", sum(CASE WHEN ("order_line"."class" = $1) THEN coalesce("order_line"."gross_e4", 0) - coalesce("order_line"."discount_merchant_e4", 0) - coalesce("order_line"."discount_creator_e4", 0) WHEN ("order_line"."class" = $2) THEN coalesce("order_line"."gross_e4", 0) WHEN ("order_line"."class" = $3) THEN coalesce("order_line"."net_e4", 0) ELSE 0 END) AS "m_0", count(*) AS "m_rows", (SELECT count(*) FROM "order_line" WHERE "order_line"."local_date" >= $4 AND "order_line"."local_date" <= $5) AS "m_lines", (SELECT count(*) FROM "order_line" WHERE "order_line"."local_date" >= $4 AND "order_line"."local_date" <= $5 AND "order_line"."currency" <> $6) AS "m_foreign" FROM "order_line" JOIN (SELECT "orders".* FROM "orders" CROSS JOIN (SELECT min("order_key") AS "low", max("order_key") AS "high" FROM "order_line" WHERE "order_line"."local_date" >= $4 AND "order_line"."local_date" <= $5) AS "span" WHERE "orders"."order_key" BETWEEN "low" AND "high") AS "orders" ON "order_line"."order_key" = "orders"."order_key" WHERE "order_line"."local_date" >= $4 AND "order_line"."local_date" <= $5 GROUP BY "k_0", "k_1"
-- $1 = 'sale'
-- $2 = 'discount'
-- $3 = 'return'
-- $4 = 2010-12-01
-- $5 = 2011-01-31
-- $6 = 'GBP'

-- the same where the order decides which lines count
-- order_line, raw
SELECT coalesce("orders"."country", '') AS "k_0", coalesce("order_line"."sku", '') AS "k_1", sum(CASE WHEN ("order_line"."class" = $1) THEN coalesce("order_line"."gross_e4", 0) - coalesce("order_line"."discount_merchant_e4", 0) - coalesce("order_line"."discount_creator_e4", 0) WHEN ("order_line"."class" = $2) THEN coalesce("order_line"."gross_e4", 0) WHEN ("order_line"."class" = $3) THEN coalesce("order_line"."net_e4", 0) ELSE 0 END) AS "m_0", count(*) FILTER (WHERE "order_line"."currency" <> $4) AS "m_foreign" FROM "order_line" LEFT JOIN (SELECT "orders".* FROM "orders" CROSS JOIN (SELECT min("order_key") AS "low", max("order_key") AS "high" FROM "order_line" WHERE "order_line"."local_date" >= $5 AND "order_line"."local_date" <= $6) AS "span" WHERE "orders"."order_key" BETWEEN "low" AND "high") AS "orders" ON "order_line"."order_key" = "orders"."order_key" WHERE "order_line"."local_date" >= $5 AND "order_line"."local_date" <= $6 AND ("orders"."channel" = $7) GROUP BY "k_0", "k_1"
-- $1 = 'sale'
-- $2 = 'discount'
-- $3 = 'return'
-- $4 = 'GBP'
-- $5 = 2010-12-01
-- $6 = 2011-01-31
-- $7 = 'web'

-- a dimension of the order, on the day of the order
-- order_line, raw
SELECT coalesce("orders"."country", '') AS "k_0", sum(CASE WHEN ("order_line"."class" = $1) THEN coalesce("order_line"."gross_e4", 0) - coalesce("order_line"."discount_merchant_e4", 0) - coalesce("order_line"."discount_creator_e4", 0) WHEN ("order_line"."class" = $2) THEN coalesce("order_line"."gross_e4", 0) WHEN ("order_line"."class" = $3) THEN coalesce("order_line"."net_e4", 0) ELSE 0 END) AS "m_0", count(*) FILTER (WHERE "order_line"."currency" <> $4) AS "m_foreign" FROM "order_line" LEFT JOIN (SELECT "orders".* FROM "orders" CROSS JOIN (SELECT min("order_key") AS "low", max("order_key") AS "high" FROM "order_line" WHERE "order_line"."order_date" >= $5 AND "order_line"."order_date" <= $6) AS "span" WHERE "orders"."order_key" BETWEEN "low" AND "high") AS "orders" ON "order_line"."order_key" = "orders"."order_key" WHERE "order_line"."order_date" >= $5 AND "order_line"."order_date" <= $6 GROUP BY "k_0"
-- $1 = 'sale'
-- $2 = 'discount'
-- $3 = 'return'
-- $4 = 'GBP'
-- $5 = 2010-12-01
-- $6 = 2011-01-31

-- a dimension of the order, of a running day
-- order_line, raw
SELECT coalesce("orders"."country", '') AS "k_0", count(DISTINCT "order_line"."order_key") AS "m_0" FROM "order_line" LEFT JOIN (SELECT "orders".* FROM "orders" CROSS JOIN (SELECT min("order_key") AS "low", max("order_key") AS "high" FROM "order_line" WHERE "order_line"."local_date" >= $1 AND ("order_line"."local_date" < $2 OR ("order_line"."local_date" = $2 AND "order_line"."local_minute" <= 725))) AS "span" WHERE "orders"."order_key" BETWEEN "low" AND "high") AS "orders" ON "order_line"."order_key" = "orders"."order_key" WHERE "order_line"."local_date" >= $1 AND ("order_line"."local_date" < $2 OR ("order_line"."local_date" = $2 AND "order_line"."local_minute" <= 725)) AND ("order_line"."class" = $3) GROUP BY "k_0"
-- $1 = 2010-12-01
-- $2 = 2011-01-31
-- $3 = 'sale'

-- a dimension of the order, by a list of periods: of all orders
-- order_line, raw
SELECT "bucket"."k_day" AS "k_day", coalesce("orders"."country", '') AS "k_0", sum(CASE WHEN ("order_line"."class" = $1) THEN coalesce("order_line"."gross_e4", 0) - coalesce("order_line"."discount_merchant_e4", 0) - coalesce("order_line"."discount_creator_e4", 0) WHEN ("order_line"."class" = $2) THEN coalesce("order_line"."gross_e4", 0) WHEN ("order_line"."class" = $3) THEN coalesce("order_line"."net_e4", 0) ELSE 0 END) AS "m_0", count(*) FILTER (WHERE "order_line"."currency" <> $4) AS "m_foreign" FROM (SELECT CAST($5 AS DATE) AS "k_day", CAST($5 AS DATE) AS "b_from", CAST($6 AS DATE) AS "b_to" UNION ALL SELECT CAST($7 AS DATE), CAST($7 AS DATE), CAST($8 AS DATE)) AS "bucket" JOIN "order_line" ON "order_line"."local_date" >= "bucket"."b_from" AND "order_line"."local_date" <= "bucket"."b_to" LEFT JOIN "orders" ON "order_line"."order_key" = "orders"."order_key" WHERE "order_line"."local_date" >= $5 AND "order_line"."local_date" <= $8 GROUP BY "k_day", "k_0"
-- $1 = 'sale'
-- $2 = 'discount'
-- $3 = 'return'
-- $4 = 'GBP'
-- $5 = 2010-12-01
-- $6 = 2010-12-28
-- $7 = 2010-12-29
-- $8 = 2011-01-31

-- a dimension of the order, for clickhouse
-- order_line, raw
SELECT coalesce("orders"."country", '') AS "k_0", uniqExact("order_line"."order_key") AS "m_0" FROM "order_line" LEFT JOIN (SELECT "orders".* FROM "orders" CROSS JOIN (SELECT min("order_key") AS "low", max("order_key") AS "high" FROM "order_line" WHERE "order_line"."local_date" >= {p1:Date32} AND "order_line"."local_date" <= {p2:Date32}) AS "span" WHERE "orders"."order_key" BETWEEN "low" AND "high") AS "orders" ON "order_line"."order_key" = "orders"."order_key" WHERE "order_line"."local_date" >= {p1:Date32} AND "order_line"."local_date" <= {p2:Date32} AND ("order_line"."class" = {p3:String}) GROUP BY "k_0"
-- $1 = 2010-12-01
-- $2 = 2011-01-31
-- $3 = 'sale'

-- a dimension of the product, its latest state
-- order_line, raw
SELECT coalesce("product"."category", '') AS "k_0", sum(CASE WHEN ("order_line"."class" = $1) THEN coalesce("order_line"."gross_e4", 0) - coalesce("order_line"."discount_merchant_e4", 0) - coalesce("order_line"."discount_creator_e4", 0) WHEN ("order_line"."class" = $2) THEN coalesce("order_line"."gross_e4", 0) WHEN ("order_line"."class" = $3) THEN coalesce("order_line"."net_e4", 0) ELSE 0 END) AS "m_0", sum("order_line"."quantity") FILTER (WHERE ("order_line"."class" = $1)) AS "m_5", count(*) FILTER (WHERE "order_line"."currency" <> $4) AS "m_foreign" FROM "order_line" LEFT JOIN (SELECT "store", "sku", nullif(arg_max(coalesce("category", ''), (coalesce("valid_from", $5), "import_id", "row_no")), '') AS "category" FROM "product" GROUP BY "store", "sku") AS "product" ON "order_line"."sku" = "product"."sku" AND "order_line"."store" = "product"."store" WHERE "order_line"."local_date" >= $6 AND "order_line"."local_date" <= $7 GROUP BY "k_0"
-- $1 = 'sale'
-- $2 = 'discount'
-- $3 = 'return'
-- $4 = 'GBP'
-- $5 = 1900-01-01
-- $6 = 2010-12-01
-- $7 = 2011-01-31

-- a filter with a negation
-- order_line, raw
SELECT ("order_line"."local_date" - CAST((isodow("order_line"."local_date") + 6) % 7 AS INTEGER)) AS "k_day", count(DISTINCT "order_line"."order_key") AS "m_0" FROM "order_line" LEFT JOIN (SELECT "orders".* FROM "orders" CROSS JOIN (SELECT min("order_key") AS "low", max("order_key") AS "high" FROM "order_line" WHERE "order_line"."local_date" >= $1 AND "order_line"."local_date" <= $2) AS "span" WHERE "orders"."order_key" BETWEEN "low" AND "high") AS "orders" ON "order_line"."order_key" = "orders"."order_key" WHERE "order_line"."local_date" >= $1 AND "order_line"."local_date" <= $2 AND (("orders"."country" IS NULL OR ("orders"."country" <> $3)) AND ("orders"."channel" IS NULL OR "orders"."channel" NOT IN ($4, $5))) AND ("order_line"."class" = $6) GROUP BY "k_day"
-- $1 = 2010-12-01
-- $2 = 2011-01-31
-- $3 = 'France'
-- $4 = 'web'
-- $5 = 'app'
-- $6 = 'sale'

-- two facts meet by a shared dimension
-- order_line, raw
SELECT coalesce("orders"."country", '') AS "k_0", count(DISTINCT "order_line"."order_key") AS "m_0" FROM "order_line" LEFT JOIN (SELECT "orders".* FROM "orders" CROSS JOIN (SELECT min("order_key") AS "low", max("order_key") AS "high" FROM "order_line" WHERE "order_line"."local_date" >= $1 AND "order_line"."local_date" <= $2) AS "span" WHERE "orders"."order_key" BETWEEN "low" AND "high") AS "orders" ON "order_line"."order_key" = "orders"."order_key" WHERE "order_line"."local_date" >= $1 AND "order_line"."local_date" <= $2 AND ("order_line"."class" = $3) GROUP BY "k_0"
-- $1 = 2010-12-01
-- $2 = 2011-01-31
-- $3 = 'sale'
-- session, raw
SELECT coalesce("session"."country", '') AS "k_0", count(*) AS "m_0" FROM "session" WHERE "session"."local_date" >= $1 AND "session"."local_date" <= $2 GROUP BY "k_0"
-- $1 = 2010-12-01
-- $2 = 2011-01-31

-- share: the denominator has no dimension
-- order_line, raw
SELECT CAST(date_trunc('month', "order_line"."local_date") AS DATE) AS "k_day", coalesce("orders"."channel", '') AS "k_0", sum("order_line"."gross_e4") FILTER (WHERE ("order_line"."class" = $1)) AS "m_0", sum("order_line"."discount_merchant_e4") FILTER (WHERE ("order_line"."class" = $1)) AS "m_1", sum("order_line"."discount_creator_e4") FILTER (WHERE ("order_line"."class" = $1)) AS "m_2", sum("order_line"."gross_e4") FILTER (WHERE ("order_line"."class" = $2)) AS "m_3", sum("order_line"."net_e4") FILTER (WHERE ("order_line"."class" = $3)) AS "m_4", count(*) FILTER (WHERE "order_line"."currency" <> $4) AS "m_foreign" FROM "order_line" LEFT JOIN (SELECT "orders".* FROM "orders" CROSS JOIN (SELECT min("order_key") AS "low", max("order_key") AS "high" FROM "order_line" WHERE "order_line"."local_date" >= $5 AND "order_line"."local_date" <= $6) AS "span" WHERE "orders"."order_key" BETWEEN "low" AND "high") AS "orders" ON "order_line"."order_key" = "orders"."order_key" WHERE "order_line"."local_date" >= $5 AND "order_line"."local_date" <= $6 GROUP BY "k_day", "k_0"
-- $1 = 'sale'
-- $2 = 'discount'
-- $3 = 'return'
-- $4 = 'GBP'
-- $5 = 2010-12-01
-- $6 = 2011-01-31
-- order_line, raw
SELECT CAST(date_trunc('month', "order_line"."local_date") AS DATE) AS "k_day", sum("order_line"."gross_e4") FILTER (WHERE ("order_line"."class" = $1)) AS "m_0", sum("order_line"."discount_merchant_e4") FILTER (WHERE ("order_line"."class" = $1)) AS "m_1", sum("order_line"."discount_creator_e4") FILTER (WHERE ("order_line"."class" = $1)) AS "m_2", sum("order_line"."gross_e4") FILTER (WHERE ("order_line"."class" = $2)) AS "m_3", sum("order_line"."net_e4") FILTER (WHERE ("order_line"."class" = $3)) AS "m_4", count(*) FILTER (WHERE "order_line"."currency" <> $4) AS "m_foreign" FROM "order_line" WHERE "order_line"."local_date" >= $5 AND "order_line"."local_date" <= $6 GROUP BY "k_day"
-- $1 = 'sale'
-- $2 = 'discount'
-- $3 = 'return'
-- $4 = 'GBP'
-- $5 = 2010-12-01
-- $6 = 2011-01-31

-- hours
-- order_line, raw
SELECT "order_line"."local_date" AS "k_day", ("order_line"."local_minute" - "order_line"."local_minute" % 60) AS "k_minute", count(DISTINCT "order_line"."order_key") AS "m_0" FROM "order_line" WHERE "order_line"."local_date" >= $1 AND "order_line"."local_date" <= $2 AND ("order_line"."class" = $3) GROUP BY "k_day", "k_minute"
-- $1 = 2010-12-01
-- $2 = 2011-01-31
-- $3 = 'sale'

-- a running day stops at the minute
-- order_line, raw
SELECT "order_line"."local_date" AS "k_day", count(DISTINCT "order_line"."order_key") AS "m_0" FROM "order_line" WHERE "order_line"."local_date" >= $1 AND ("order_line"."local_date" < $2 OR ("order_line"."local_date" = $2 AND "order_line"."local_minute" <= 725)) AND ("order_line"."class" = $3) GROUP BY "k_day"
-- $1 = 2010-12-01
-- $2 = 2011-01-31
-- $3 = 'sale'

-- stock: the last day of the period
-- stock_level, raw
SELECT CAST(date_trunc('month', "stock_level"."local_date") AS DATE) AS "k_day", sum("stock_level"."on_hand") AS "m_0" FROM "stock_level" WHERE "stock_level"."local_date" >= $1 AND "stock_level"."local_date" <= $2 AND ("stock_level"."store", "stock_level"."local_date") IN (SELECT "store", max("local_date") FROM "stock_level" WHERE "stock_level"."local_date" >= $1 AND "stock_level"."local_date" <= $2 GROUP BY "store", CAST(date_trunc('month', "stock_level"."local_date") AS DATE)) GROUP BY "k_day"
-- $1 = 2010-12-01
-- $2 = 2011-01-31

-- retail months by a list of periods
-- order_line, raw
SELECT "bucket"."k_day" AS "k_day", sum(CASE WHEN ("order_line"."class" = $1) THEN coalesce("order_line"."gross_e4", 0) - coalesce("order_line"."discount_merchant_e4", 0) - coalesce("order_line"."discount_creator_e4", 0) WHEN ("order_line"."class" = $2) THEN coalesce("order_line"."gross_e4", 0) WHEN ("order_line"."class" = $3) THEN coalesce("order_line"."net_e4", 0) ELSE 0 END) AS "m_0", count(*) FILTER (WHERE "order_line"."currency" <> $4) AS "m_foreign" FROM (SELECT CAST($5 AS DATE) AS "k_day", CAST($5 AS DATE) AS "b_from", CAST($6 AS DATE) AS "b_to" UNION ALL SELECT CAST($7 AS DATE), CAST($7 AS DATE), CAST($8 AS DATE)) AS "bucket" JOIN "order_line" ON "order_line"."local_date" >= "bucket"."b_from" AND "order_line"."local_date" <= "bucket"."b_to" WHERE "order_line"."local_date" >= $5 AND "order_line"."local_date" <= $8 GROUP BY "k_day"
-- $1 = 'sale'
-- $2 = 'discount'
-- $3 = 'return'
-- $4 = 'GBP'
-- $5 = 2010-12-01
-- $6 = 2010-12-28
-- $7 = 2010-12-29
-- $8 = 2011-01-31

-- amounts by currency and day of the rate
-- order_line, raw
SELECT CAST(date_trunc('month', "order_line"."local_date") AS DATE) AS "k_day", "order_line"."currency" AS "k_currency", "order_line"."order_date" AS "k_rate_day", sum("order_line"."gross_e4") FILTER (WHERE ("order_line"."class" = $1)) AS "m_0", sum("order_line"."discount_merchant_e4") FILTER (WHERE ("order_line"."class" = $1)) AS "m_1", sum("order_line"."discount_creator_e4") FILTER (WHERE ("order_line"."class" = $1)) AS "m_2", sum("order_line"."gross_e4") FILTER (WHERE ("order_line"."class" = $2)) AS "m_3", sum("order_line"."net_e4") FILTER (WHERE ("order_line"."class" = $3)) AS "m_4" FROM "order_line" WHERE "order_line"."local_date" >= $4 AND "order_line"."local_date" <= $5 GROUP BY "k_day", "k_currency", "k_rate_day" ORDER BY "k_rate_day", "k_currency"
-- $1 = 'sale'
-- $2 = 'discount'
-- $3 = 'return'
-- $4 = 2010-12-01
-- $5 = 2011-01-31
-- order_line, raw
SELECT CAST(date_trunc('month', "order_line"."local_date") AS DATE) AS "k_day", count(DISTINCT "order_line"."order_key") AS "m_0" FROM "order_line" WHERE "order_line"."local_date" >= $1 AND "order_line"."local_date" <= $2 AND ("order_line"."class" = $3) GROUP BY "k_day"
-- $1 = 2010-12-01
-- $2 = 2011-01-31
-- $3 = 'sale'

-- others leave out the rows shown
-- order_line, raw
SELECT CAST(date_trunc('month', "order_line"."local_date") AS DATE) AS "k_day", count(DISTINCT "order_line"."order_key") AS "m_0" FROM "order_line" LEFT JOIN (SELECT "orders".* FROM "orders" CROSS JOIN (SELECT min("order_key") AS "low", max("order_key") AS "high" FROM "order_line" WHERE "order_line"."local_date" >= $1 AND "order_line"."local_date" <= $2) AS "span" WHERE "orders"."order_key" BETWEEN "low" AND "high") AS "orders" ON "order_line"."order_key" = "orders"."order_key" WHERE "order_line"."local_date" >= $1 AND "order_line"."local_date" <= $2 AND ("order_line"."class" = $3) AND coalesce("orders"."country", '') NOT IN ($4) GROUP BY "k_day"
-- $1 = 2010-12-01
-- $2 = 2011-01-31
-- $3 = 'sale'
-- $4 = 'France'

-- one store
-- order_line, raw
SELECT count(DISTINCT "order_line"."order_key") AS "m_0" FROM "order_line" WHERE "order_line"."local_date" >= $1 AND "order_line"."local_date" <= $2 AND "order_line"."store" IN ($3) AND ("order_line"."class" = $4)
-- $1 = 2010-12-01
-- $2 = 2011-01-31
-- $3 = 'north'
-- $4 = 'sale'

-- percentile
-- session, raw
SELECT "session"."local_date" AS "k_day", quantile_cont("session"."lcp_ms", 0.750) AS "m_0" FROM "session" WHERE "session"."local_date" >= $1 AND "session"."local_date" <= $2 AND "session"."lcp_ms" IS NOT NULL GROUP BY "k_day"
-- $1 = 2010-12-01
-- $2 = 2011-01-31

-- percentile of many rows: values are counted
-- session, raw
SELECT "k_day", min("q_value") FILTER (WHERE "q_to" > floor("q_at")) * (1 - (max("q_at") - floor(max("q_at")))) + min("q_value") FILTER (WHERE "q_to" > ceil("q_at")) * (max("q_at") - floor(max("q_at"))) AS "m_0" FROM (SELECT "k_day", "q_value", CAST(sum("q_n") OVER "q_up" AS BIGINT) AS "q_to", CAST(sum("q_n") OVER "q_all" - 1 AS DOUBLE) * 0.750 AS "q_at" FROM (SELECT "session"."local_date" AS "k_day", "session"."lcp_ms" AS "q_value", count("session"."lcp_ms") AS "q_n" FROM "session" WHERE "session"."local_date" >= $1 AND "session"."local_date" <= $2 AND "session"."lcp_ms" IS NOT NULL GROUP BY "k_day", "q_value") AS "counted" WINDOW "q_up" AS (PARTITION BY "k_day" ORDER BY "q_value"), "q_all" AS (PARTITION BY "k_day" ORDER BY "q_value" ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)) AS "ranked" GROUP BY "k_day"
-- $1 = 2010-12-01
-- $2 = 2011-01-31

-- median of many rows, rows and total at once
-- orders, raw
SELECT "k_day", "k_0", min("q_value") FILTER (WHERE "q_to" > floor("q_at")) * (1 - (max("q_at") - floor(max("q_at")))) + min("q_value") FILTER (WHERE "q_to" > ceil("q_at")) * (max("q_at") - floor(max("q_at"))) AS "m_0" FROM (SELECT "k_day", "k_0", "q_value", CAST(sum("q_n") OVER "q_up" AS BIGINT) AS "q_to", CAST(sum("q_n") OVER "q_all" - 1 AS DOUBLE) * 0.500 AS "q_at" FROM (SELECT CAST(date_trunc('month', "orders"."local_date") AS DATE) AS "k_day", coalesce("orders"."country", '') AS "k_0", ("orders"."local_date" - "orders"."prev_order_date") AS "q_value", count(("orders"."local_date" - "orders"."prev_order_date")) AS "q_n" FROM "orders" WHERE "orders"."local_date" >= $1 AND "orders"."local_date" <= $2 AND ("orders"."has_sale" AND NOT coalesce("orders"."is_test", FALSE) AND "orders"."prev_order_date" IS NOT NULL) GROUP BY GROUPING SETS (("k_day", "k_0", "q_value"), ("q_value"))) AS "counted" WINDOW "q_up" AS (PARTITION BY "k_day", "k_0" ORDER BY "q_value"), "q_all" AS (PARTITION BY "k_day", "k_0" ORDER BY "q_value" ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)) AS "ranked" GROUP BY "k_day", "k_0"
-- $1 = 2010-12-01
-- $2 = 2011-01-31
-- order_line, raw
SELECT CAST(date_trunc('month', "order_line"."local_date") AS DATE) AS "k_day", coalesce("orders"."country", '') AS "k_0", count(DISTINCT "order_line"."order_key") AS "m_0" FROM "order_line" LEFT JOIN (SELECT "orders".* FROM "orders" CROSS JOIN (SELECT min("order_key") AS "low", max("order_key") AS "high" FROM "order_line" WHERE "order_line"."local_date" >= $1 AND "order_line"."local_date" <= $2) AS "span" WHERE "orders"."order_key" BETWEEN "low" AND "high") AS "orders" ON "order_line"."order_key" = "orders"."order_key" WHERE "order_line"."local_date" >= $1 AND "order_line"."local_date" <= $2 AND ("order_line"."class" = $3) GROUP BY GROUPING SETS (("k_day", "k_0"), ())
-- $1 = 2010-12-01
-- $2 = 2011-01-31
-- $3 = 'sale'

-- rollup: rows, combinations over the whole range, and total at once
-- order_line, rollup
SELECT CAST(date_trunc('month', "rollup_line"."date") AS DATE) AS "k_day", coalesce("rollup_line"."v1", '') AS "k_0", ids_union_count("rollup_line"."orders") FILTER (WHERE ("rollup_line"."class" = $1)) AS "m_0", sum("rollup_line"."gross_e4") FILTER (WHERE ("rollup_line"."class" = $1)) AS "m_1", sum("rollup_line"."discount_merchant_e4") FILTER (WHERE ("rollup_line"."class" = $1)) AS "m_2", sum("rollup_line"."discount_creator_e4") FILTER (WHERE ("rollup_line"."class" = $1)) AS "m_3", sum("rollup_line"."gross_e4") FILTER (WHERE ("rollup_line"."class" = $2)) AS "m_4", sum("rollup_line"."net_e4") FILTER (WHERE ("rollup_line"."class" = $3)) AS "m_5", count(*) FILTER (WHERE "rollup_line"."currency" <> $4) AS "m_foreign" FROM "rollup_line" WHERE "rollup_line"."basis" IN (0, 2) AND "rollup_line"."set_id" = 1 AND "rollup_line"."date" >= $5 AND "rollup_line"."date" <= $6 AND (("rollup_line"."grain" = 1 AND "rollup_line"."date" >= $5 AND "rollup_line"."date" <= $6)) GROUP BY GROUPING SETS (("k_day", "k_0"), ("k_0"), ())
-- $1 = 'sale'
-- $2 = 'discount'
-- $3 = 'return'
-- $4 = 'GBP'
-- $5 = 2010-12-01
-- $6 = 2011-01-31

-- rollup: whole months by month, the rest by day
-- order_line, rollup
SELECT sum("rollup_line"."gross_e4") FILTER (WHERE ("rollup_line"."class" = $1)) AS "m_0", sum("rollup_line"."discount_merchant_e4") FILTER (WHERE ("rollup_line"."class" = $1)) AS "m_1", sum("rollup_line"."discount_creator_e4") FILTER (WHERE ("rollup_line"."class" = $1)) AS "m_2", sum("rollup_line"."gross_e4") FILTER (WHERE ("rollup_line"."class" = $2)) AS "m_3", sum("rollup_line"."net_e4") FILTER (WHERE ("rollup_line"."class" = $3)) AS "m_4", ids_union_count("rollup_line"."orders") FILTER (WHERE ("rollup_line"."class" = $1)) AS "m_5", count(*) FILTER (WHERE "rollup_line"."currency" <> $4) AS "m_foreign" FROM "rollup_line" WHERE "rollup_line"."basis" IN (0, 2) AND "rollup_line"."set_id" = 0 AND "rollup_line"."date" >= $5 AND "rollup_line"."date" <= $6 AND (("rollup_line"."grain" = 0 AND "rollup_line"."date" >= $5 AND "rollup_line"."date" <= $7) OR ("rollup_line"."grain" = 1 AND "rollup_line"."date" >= $8 AND "rollup_line"."date" <= $9) OR ("rollup_line"."grain" = 0 AND "rollup_line"."date" >= $10 AND "rollup_line"."date" <= $6))
-- $1 = 'sale'
-- $2 = 'discount'
-- $3 = 'return'
-- $4 = 'GBP'
-- $5 = 2010-11-20
-- $6 = 2011-02-10
-- $7 = 2010-11-30
-- $8 = 2010-12-01
-- $9 = 2011-01-31
-- $10 = 2011-02-01

-- rollup by day and country
-- order_line, rollup
SELECT "rollup_line"."date" AS "k_day", coalesce("rollup_line"."v1", '') AS "k_0", sum("rollup_line"."gross_e4") FILTER (WHERE ("rollup_line"."class" = $1)) AS "m_0", sum("rollup_line"."discount_merchant_e4") FILTER (WHERE ("rollup_line"."class" = $1)) AS "m_1", sum("rollup_line"."discount_creator_e4") FILTER (WHERE ("rollup_line"."class" = $1)) AS "m_2", sum("rollup_line"."gross_e4") FILTER (WHERE ("rollup_line"."class" = $2)) AS "m_3", sum("rollup_line"."net_e4") FILTER (WHERE ("rollup_line"."class" = $3)) AS "m_4", ids_union_count("rollup_line"."orders") FILTER (WHERE ("rollup_line"."class" = $1)) AS "m_5", count(*) FILTER (WHERE "rollup_line"."currency" <> $4) AS "m_foreign" FROM "rollup_line" WHERE "rollup_line"."basis" IN (0, 2) AND "rollup_line"."set_id" = 1 AND "rollup_line"."date" >= $5 AND "rollup_line"."date" <= $6 AND (("rollup_line"."grain" = 0 AND "rollup_line"."date" >= $5 AND "rollup_line"."date" <= $6)) GROUP BY "k_day", "k_0"
-- $1 = 'sale'
-- $2 = 'discount'
-- $3 = 'return'
-- $4 = 'GBP'
-- $5 = 2010-12-01
-- $6 = 2011-01-31

-- rollup: dirty days from raw facts
-- order_line, rollup+raw
SELECT "k_day", sum("m_0") AS "m_0", sum("m_1") AS "m_1", sum("m_2") AS "m_2", sum("m_3") AS "m_3", sum("m_4") AS "m_4", ids_union_count("m_5") AS "m_5", sum("m_foreign") AS "m_foreign" FROM (SELECT "rollup_line"."date" AS "k_day", sum("rollup_line"."gross_e4") FILTER (WHERE ("rollup_line"."class" = $1)) AS "m_0", sum("rollup_line"."discount_merchant_e4") FILTER (WHERE ("rollup_line"."class" = $1)) AS "m_1", sum("rollup_line"."discount_creator_e4") FILTER (WHERE ("rollup_line"."class" = $1)) AS "m_2", sum("rollup_line"."gross_e4") FILTER (WHERE ("rollup_line"."class" = $2)) AS "m_3", sum("rollup_line"."net_e4") FILTER (WHERE ("rollup_line"."class" = $3)) AS "m_4", ids_union("rollup_line"."orders") FILTER (WHERE ("rollup_line"."class" = $1)) AS "m_5", count(*) FILTER (WHERE "rollup_line"."currency" <> $4) AS "m_foreign" FROM "rollup_line" WHERE "rollup_line"."basis" IN (0, 2) AND "rollup_line"."set_id" = 0 AND "rollup_line"."date" >= $5 AND "rollup_line"."date" <= $6 AND (("rollup_line"."grain" = 0 AND "rollup_line"."date" >= $5 AND "rollup_line"."date" <= $7) OR ("rollup_line"."grain" = 0 AND "rollup_line"."date" >= $8 AND "rollup_line"."date" <= $6)) GROUP BY "k_day" UNION ALL SELECT "order_line"."local_date" AS "k_day", sum("order_line"."gross_e4") FILTER (WHERE ("order_line"."class" = $1)) AS "m_0", sum("order_line"."discount_merchant_e4") FILTER (WHERE ("order_line"."class" = $1)) AS "m_1", sum("order_line"."discount_creator_e4") FILTER (WHERE ("order_line"."class" = $1)) AS "m_2", sum("order_line"."gross_e4") FILTER (WHERE ("order_line"."class" = $2)) AS "m_3", sum("order_line"."net_e4") FILTER (WHERE ("order_line"."class" = $3)) AS "m_4", ids_build("order_line"."order_key") FILTER (WHERE ("order_line"."class" = $1)) AS "m_5", count(*) FILTER (WHERE "order_line"."currency" <> $4) AS "m_foreign" FROM "order_line" WHERE "order_line"."local_date" >= $5 AND "order_line"."local_date" <= $6 AND (("order_line"."local_date" >= $9 AND "order_line"."local_date" <= $9)) GROUP BY "k_day") AS "part" GROUP BY "k_day"
-- $1 = 'sale'
-- $2 = 'discount'
-- $3 = 'return'
-- $4 = 'GBP'
-- $5 = 2010-12-01
-- $6 = 2011-01-31
-- $7 = 2010-12-23
-- $8 = 2010-12-25
-- $9 = 2010-12-24

-- rollup of orders, test orders left out
-- orders, rollup
SELECT CAST(date_trunc('month', "rollup_order"."date") AS DATE) AS "k_day", sum("rollup_order"."rows") FILTER (WHERE "rollup_order"."has_sale" AND "rollup_order"."is_paid") AS "m_0", sum("rollup_order"."rows") FILTER (WHERE "rollup_order"."is_cancelled") AS "m_1", sum("rollup_order"."rows") FILTER (WHERE ("rollup_order"."has_placed" OR "rollup_order"."is_cancelled")) AS "m_2" FROM "rollup_order" WHERE "rollup_order"."basis" IN (0, 2) AND "rollup_order"."set_id" = 0 AND "rollup_order"."date" >= $1 AND "rollup_order"."date" <= $2 AND (("rollup_order"."grain" = 1 AND "rollup_order"."date" >= $1 AND "rollup_order"."date" <= $2)) GROUP BY "k_day"
-- $1 = 2010-12-01
-- $2 = 2011-01-31
-- order_line, rollup
SELECT CAST(date_trunc('month', "rollup_line"."date") AS DATE) AS "k_day", ids_union_count("rollup_line"."orders") AS "m_0" FROM "rollup_line" WHERE "rollup_line"."basis" IN (0, 2) AND "rollup_line"."set_id" = 0 AND "rollup_line"."date" >= $1 AND "rollup_line"."date" <= $2 AND (("rollup_line"."grain" = 1 AND "rollup_line"."date" >= $1 AND "rollup_line"."date" <= $2)) AND "rollup_line"."class" IN ($3, $4, $5) GROUP BY "k_day"
-- $1 = 2010-12-01
-- $2 = 2011-01-31
-- $3 = 'sale'
-- $4 = 'unpaid'
-- $5 = 'cancelled'

-- no rollup has sku by day: raw
-- order_line, raw
SELECT "order_line"."local_date" AS "k_day", coalesce("order_line"."sku", '') AS "k_0", sum("order_line"."quantity") AS "m_0" FROM "order_line" WHERE "order_line"."local_date" >= $1 AND "order_line"."local_date" <= $2 AND ("order_line"."class" = $3) GROUP BY "k_day", "k_0"
-- $1 = 2010-12-01
-- $2 = 2011-01-31
-- $3 = 'sale'

-- a store answers from elsewhere for one measure of two
-- orders, raw
SELECT sum("orders"."paid_e4") AS "m_0", count(*) FILTER (WHERE "orders"."currency" <> $1) AS "m_foreign" FROM "orders" WHERE "orders"."paid_date" >= $2 AND "orders"."paid_date" <= $3 AND "orders"."store" NOT IN ($4) AND ("orders"."has_sale" AND NOT coalesce("orders"."is_test", FALSE) AND "orders"."paid_at" IS NOT NULL)
-- $1 = 'GBP'
-- $2 = 2010-12-01
-- $3 = 2011-01-31
-- $4 = 'tmall'
-- orders, raw
SELECT count(DISTINCT "orders"."customer_key") AS "m_0" FROM "orders" WHERE "orders"."paid_date" >= $1 AND "orders"."paid_date" <= $2 AND ("orders"."has_sale" AND NOT coalesce("orders"."is_test", FALSE) AND "orders"."paid_at" IS NOT NULL)
-- $1 = 2010-12-01
-- $2 = 2011-01-31

-- what platforms report, by month
-- platform_stat, raw
SELECT CAST(date_trunc('month', "platform_stat"."local_date") AS DATE) AS "k_day", "platform_stat"."store" AS "k_store", "platform_stat"."measure" AS "k_measure", CASE WHEN "platform_stat"."p_to" > "platform_stat"."local_date" THEN "platform_stat"."local_date" END AS "k_from", CASE WHEN "platform_stat"."p_to" > "platform_stat"."local_date" THEN "platform_stat"."p_to" END AS "k_to", coalesce("platform_stat"."currency", '') AS "k_currency", count(*) AS "n", count(DISTINCT "platform_stat"."local_date") AS "days", sum("platform_stat"."value_e4") AS "value", arg_max("platform_stat"."value_e4", "platform_stat"."p_to") AS "last", max("platform_stat"."p_to") AS "last_to", count(*) FILTER (WHERE "platform_stat"."p_restated") AS "restated" FROM (SELECT *, coalesce("end_date", "local_date") AS "p_to", EXISTS (SELECT 1 FROM "platform_stat_old" AS "old" WHERE "old"."store" IS NOT DISTINCT FROM "platform_stat"."store" AND "old"."measure" IS NOT DISTINCT FROM "platform_stat"."measure" AND "old"."local_date" IS NOT DISTINCT FROM "platform_stat"."local_date" AND "old"."end_date" IS NOT DISTINCT FROM "platform_stat"."end_date" AND "old"."sku" IS NOT DISTINCT FROM "platform_stat"."sku" AND "old"."channel" IS NOT DISTINCT FROM "platform_stat"."channel" AND "old"."value_e4" IS DISTINCT FROM "platform_stat"."value_e4") AS "p_restated" FROM "platform_stat" WHERE "platform_stat"."store" IN ($1) AND "platform_stat"."measure" IN ($2, $3) AND "local_date" >= $4 AND coalesce("end_date", "local_date") <= $5 AND coalesce("platform_stat"."sku", '') = '' AND coalesce("platform_stat"."channel", '') = '') AS "platform_stat" WHERE "platform_stat"."value_e4" IS NOT NULL AND CAST(date_trunc('month', "platform_stat"."local_date") AS DATE) = CAST(date_trunc('month', "platform_stat"."p_to") AS DATE) GROUP BY "k_day", "k_store", "k_measure", "k_from", "k_to", "k_currency"
-- $1 = 'tmall'
-- $2 = 'visitors'
-- $3 = 'paid_amount'
-- $4 = 2010-12-01
-- $5 = 2011-01-31

-- what platforms report, of articles by category
-- platform_stat, raw
SELECT coalesce("product"."category", '') AS "k_0", "platform_stat"."store" AS "k_store", "platform_stat"."measure" AS "k_measure", CASE WHEN "platform_stat"."p_to" > "platform_stat"."local_date" THEN "platform_stat"."local_date" END AS "k_from", CASE WHEN "platform_stat"."p_to" > "platform_stat"."local_date" THEN "platform_stat"."p_to" END AS "k_to", coalesce("platform_stat"."currency", '') AS "k_currency", count(*) AS "n", count(DISTINCT "platform_stat"."local_date") AS "days", sum("platform_stat"."value_e4") AS "value", arg_max("platform_stat"."value_e4", "platform_stat"."p_to") AS "last", max("platform_stat"."p_to") AS "last_to", count(*) FILTER (WHERE "platform_stat"."p_restated") AS "restated" FROM (SELECT *, coalesce("end_date", "local_date") AS "p_to", EXISTS (SELECT 1 FROM "platform_stat_old" AS "old" WHERE "old"."store" IS NOT DISTINCT FROM "platform_stat"."store" AND "old"."measure" IS NOT DISTINCT FROM "platform_stat"."measure" AND "old"."local_date" IS NOT DISTINCT FROM "platform_stat"."local_date" AND "old"."end_date" IS NOT DISTINCT FROM "platform_stat"."end_date" AND "old"."sku" IS NOT DISTINCT FROM "platform_stat"."sku" AND "old"."channel" IS NOT DISTINCT FROM "platform_stat"."channel" AND "old"."value_e4" IS DISTINCT FROM "platform_stat"."value_e4") AS "p_restated" FROM "platform_stat" WHERE "platform_stat"."store" IN ($1) AND "platform_stat"."measure" IN ($2) AND "local_date" >= $3 AND coalesce("end_date", "local_date") <= $4 AND coalesce("platform_stat"."sku", '') <> '' AND coalesce("platform_stat"."channel", '') = '') AS "platform_stat" LEFT JOIN (SELECT "store", "sku", nullif(arg_max(coalesce("category", ''), (coalesce("valid_from", $5), "import_id", "row_no")), '') AS "category" FROM "product" GROUP BY "store", "sku") AS "product" ON "platform_stat"."sku" = "product"."sku" AND "platform_stat"."store" = "product"."store" WHERE "platform_stat"."value_e4" IS NOT NULL AND ("platform_stat"."store" IS NULL OR ("platform_stat"."store" <> $6)) GROUP BY "k_0", "k_store", "k_measure", "k_from", "k_to", "k_currency"
-- $1 = 'tmall'
-- $2 = 'product_views'
-- $3 = 2010-12-01
-- $4 = 2011-01-31
-- $5 = 1900-01-01
-- $6 = 'jd'

-- what platforms report, by channel and currency
-- platform_stat, raw
SELECT ("platform_stat"."local_date" - CAST((isodow("platform_stat"."local_date") + 6) % 7 AS INTEGER)) AS "k_day", coalesce("platform_stat"."channel", '') AS "k_0", "platform_stat"."store" AS "k_store", "platform_stat"."measure" AS "k_measure", CASE WHEN "platform_stat"."p_to" > "platform_stat"."local_date" THEN "platform_stat"."local_date" END AS "k_from", CASE WHEN "platform_stat"."p_to" > "platform_stat"."local_date" THEN "platform_stat"."p_to" END AS "k_to", coalesce("platform_stat"."currency", '') AS "k_currency", "platform_stat"."local_date" AS "k_rate_day", count(*) AS "n", count(DISTINCT "platform_stat"."local_date") AS "days", sum("platform_stat"."value_e4") AS "value", arg_max("platform_stat"."value_e4", "platform_stat"."p_to") AS "last", max("platform_stat"."p_to") AS "last_to", count(*) FILTER (WHERE "platform_stat"."p_restated") AS "restated" FROM (SELECT *, coalesce("end_date", "local_date") AS "p_to", EXISTS (SELECT 1 FROM "platform_stat_old" AS "old" WHERE "old"."store" IS NOT DISTINCT FROM "platform_stat"."store" AND "old"."measure" IS NOT DISTINCT FROM "platform_stat"."measure" AND "old"."local_date" IS NOT DISTINCT FROM "platform_stat"."local_date" AND "old"."end_date" IS NOT DISTINCT FROM "platform_stat"."end_date" AND "old"."sku" IS NOT DISTINCT FROM "platform_stat"."sku" AND "old"."channel" IS NOT DISTINCT FROM "platform_stat"."channel" AND "old"."value_e4" IS DISTINCT FROM "platform_stat"."value_e4") AS "p_restated" FROM "platform_stat" WHERE "platform_stat"."store" IN ($1) AND "platform_stat"."measure" IN ($2) AND "local_date" >= $3 AND coalesce("end_date", "local_date") <= $4 AND coalesce("platform_stat"."sku", '') = '' AND coalesce("platform_stat"."channel", '') <> '') AS "platform_stat" WHERE "platform_stat"."value_e4" IS NOT NULL AND ("platform_stat"."local_date" - CAST((isodow("platform_stat"."local_date") + 6) % 7 AS INTEGER)) = ("platform_stat"."p_to" - CAST((isodow("platform_stat"."p_to") + 6) % 7 AS INTEGER)) GROUP BY "k_day", "k_0", "k_store", "k_measure", "k_from", "k_to", "k_currency", "k_rate_day"
-- $1 = 'tmall'
-- $2 = 'paid_amount'
-- $3 = 2010-12-01
-- $4 = 2011-01-31

-- what platforms report, in retail months
-- platform_stat, raw
SELECT "bucket"."k_day" AS "k_day", "platform_stat"."store" AS "k_store", "platform_stat"."measure" AS "k_measure", CASE WHEN "platform_stat"."p_to" > "platform_stat"."local_date" THEN "platform_stat"."local_date" END AS "k_from", CASE WHEN "platform_stat"."p_to" > "platform_stat"."local_date" THEN "platform_stat"."p_to" END AS "k_to", coalesce("platform_stat"."currency", '') AS "k_currency", count(*) AS "n", count(DISTINCT "platform_stat"."local_date") AS "days", sum("platform_stat"."value_e4") AS "value", arg_max("platform_stat"."value_e4", "platform_stat"."p_to") AS "last", max("platform_stat"."p_to") AS "last_to", count(*) FILTER (WHERE "platform_stat"."p_restated") AS "restated" FROM (SELECT *, coalesce("end_date", "local_date") AS "p_to", EXISTS (SELECT 1 FROM "platform_stat_old" AS "old" WHERE "old"."store" IS NOT DISTINCT FROM "platform_stat"."store" AND "old"."measure" IS NOT DISTINCT FROM "platform_stat"."measure" AND "old"."local_date" IS NOT DISTINCT FROM "platform_stat"."local_date" AND "old"."end_date" IS NOT DISTINCT FROM "platform_stat"."end_date" AND "old"."sku" IS NOT DISTINCT FROM "platform_stat"."sku" AND "old"."channel" IS NOT DISTINCT FROM "platform_stat"."channel" AND "old"."value_e4" IS DISTINCT FROM "platform_stat"."value_e4") AS "p_restated" FROM "platform_stat" WHERE "platform_stat"."store" IN ($1) AND "platform_stat"."measure" IN ($2) AND "local_date" >= $3 AND coalesce("end_date", "local_date") <= $4 AND coalesce("platform_stat"."sku", '') <> '' AND coalesce("platform_stat"."channel", '') = '') AS "platform_stat" JOIN (SELECT CAST($3 AS DATE) AS "k_day", CAST($3 AS DATE) AS "b_from", CAST($5 AS DATE) AS "b_to" UNION ALL SELECT CAST($6 AS DATE), CAST($6 AS DATE), CAST($4 AS DATE)) AS "bucket" ON "platform_stat"."local_date" >= "bucket"."b_from" AND "platform_stat"."p_to" <= "bucket"."b_to" WHERE "platform_stat"."value_e4" IS NOT NULL GROUP BY "k_day", "k_store", "k_measure", "k_from", "k_to", "k_currency"
-- $1 = 'tmall'
-- $2 = 'product_views'
-- $3 = 2010-12-01
-- $4 = 2011-01-31
-- $5 = 2010-12-28
-- $6 = 2010-12-29

-- keys whose rows together count, and a look back to before the period
-- orders, raw
SELECT "k_day", "k_0", count(*) AS "m_0" FROM (SELECT CAST(date_trunc('month', "orders"."paid_date") AS DATE) AS "k_day", coalesce("orders"."country", '') AS "k_0", "orders"."customer_key" AS "g_key" FROM "orders" WHERE "orders"."paid_date" >= $1 AND "orders"."paid_date" <= $2 AND ("orders"."channel" IS NULL OR ("orders"."channel" <> $3)) AND ("orders"."has_sale" AND NOT coalesce("orders"."is_test", FALSE) AND "orders"."paid_at" IS NOT NULL) AND "orders"."customer_key" IS NOT NULL GROUP BY "k_day", "k_0", "g_key" HAVING (count(*) >= $4)) AS "gathered" GROUP BY "k_day", "k_0"
-- $1 = 2010-12-01
-- $2 = 2011-01-31
-- $3 = 'live'
-- $4 = 2
-- orders, raw
SELECT CAST(date_trunc('month', "orders"."paid_date") AS DATE) AS "k_day", coalesce("orders"."country", '') AS "k_0", count(DISTINCT "orders"."customer_key") AS "m_0" FROM "orders" WHERE "orders"."paid_date" >= $1 AND "orders"."paid_date" <= $2 AND ("orders"."channel" IS NULL OR ("orders"."channel" <> $3)) AND ("orders"."has_sale" AND NOT coalesce("orders"."is_test", FALSE) AND "orders"."paid_at" IS NOT NULL) GROUP BY "k_day", "k_0"
-- $1 = 2010-12-01
-- $2 = 2011-01-31
-- $3 = 'live'
-- orders, raw
SELECT "k_day", "k_0", count(*) AS "m_0" FROM (SELECT "bucket"."k_day" AS "k_day", coalesce("orders"."country", '') AS "k_0", "orders"."customer_key" AS "g_key" FROM (SELECT CAST($1 AS DATE) AS "k_day", CAST($2 AS DATE) AS "b_from", CAST($3 AS DATE) AS "b_to", CAST($1 AS DATE) AS "b_start" UNION ALL SELECT CAST($4 AS DATE), CAST($5 AS DATE), CAST($6 AS DATE), CAST($4 AS DATE)) AS "bucket" JOIN "orders" ON "orders"."local_date" >= "bucket"."b_from" AND "orders"."local_date" <= "bucket"."b_to" WHERE TRUE AND ("orders"."channel" IS NULL OR ("orders"."channel" <> $7)) AND ("orders"."has_sale" AND NOT coalesce("orders"."is_test", FALSE)) AND "orders"."customer_key" IS NOT NULL GROUP BY "k_day", "k_0", "g_key", "bucket"."b_start" HAVING ((min("orders"."local_date") < "bucket"."b_start") AND (max("orders"."local_date") >= "bucket"."b_start"))) AS "gathered" GROUP BY "k_day", "k_0"
-- $1 = 2010-12-01
-- $2 = 2000-12-21
-- $3 = 2010-12-28
-- $4 = 2010-12-29
-- $5 = 2001-01-24
-- $6 = 2011-01-31
-- $7 = 'live'
-- orders, raw
SELECT "k_day", "k_0", count(*) AS "m_0" FROM (SELECT "bucket"."k_day" AS "k_day", coalesce("orders"."country", '') AS "k_0", "orders"."customer_key" AS "g_key" FROM (SELECT CAST($1 AS DATE) AS "k_day", CAST($2 AS DATE) AS "b_from", CAST($3 AS DATE) AS "b_to", CAST($1 AS DATE) AS "b_start" UNION ALL SELECT CAST($4 AS DATE), CAST($5 AS DATE), CAST($6 AS DATE), CAST($4 AS DATE)) AS "bucket" JOIN "orders" ON "orders"."local_date" >= "bucket"."b_from" AND "orders"."local_date" <= "bucket"."b_to" WHERE TRUE AND ("orders"."channel" IS NULL OR ("orders"."channel" <> $7)) AND ("orders"."has_sale" AND NOT coalesce("orders"."is_test", FALSE)) AND "orders"."customer_key" IS NOT NULL GROUP BY "k_day", "k_0", "g_key", "bucket"."b_start" HAVING (min("orders"."local_date") < "bucket"."b_start")) AS "gathered" GROUP BY "k_day", "k_0"
-- $1 = 2010-12-01
-- $2 = 2000-12-21
-- $3 = 2010-12-28
-- $4 = 2010-12-29
-- $5 = 2001-01-24
-- $6 = 2011-01-31
-- $7 = 'live'

-- the ten greatest sums of each store
-- order_line, raw
SELECT "k_0", list_sum(max("g_value", 10)) AS "m_0", sum("m_foreign") AS "m_foreign" FROM (SELECT coalesce("order_line"."store", '') AS "k_0", "order_line"."sku" AS "g_key", sum("order_line"."net_e4") AS "g_value", count(*) FILTER (WHERE "order_line"."currency" <> $1) AS "m_foreign" FROM "order_line" WHERE "order_line"."local_date" >= $2 AND "order_line"."local_date" <= $3 AND "order_line"."class" IN ($4, $5, $6) AND "order_line"."sku" IS NOT NULL GROUP BY "k_0", "g_key") AS "gathered" GROUP BY "k_0"
-- $1 = 'GBP'
-- $2 = 2010-12-01
-- $3 = 2011-01-31
-- $4 = 'sale'
-- $5 = 'return'
-- $6 = 'discount'
-- order_line, raw
SELECT coalesce("order_line"."store", '') AS "k_0", sum("order_line"."gross_e4") FILTER (WHERE ("order_line"."class" = $1)) AS "m_0", sum("order_line"."discount_merchant_e4") FILTER (WHERE ("order_line"."class" = $1)) AS "m_1", sum("order_line"."discount_creator_e4") FILTER (WHERE ("order_line"."class" = $1)) AS "m_2", sum("order_line"."gross_e4") FILTER (WHERE ("order_line"."class" = $2)) AS "m_3", sum("order_line"."net_e4") FILTER (WHERE ("order_line"."class" = $3)) AS "m_4", count(*) FILTER (WHERE "order_line"."currency" <> $4) AS "m_foreign" FROM "order_line" WHERE "order_line"."local_date" >= $5 AND "order_line"."local_date" <= $6 GROUP BY "k_0"
-- $1 = 'sale'
-- $2 = 'discount'
-- $3 = 'return'
-- $4 = 'GBP'
-- $5 = 2010-12-01
-- $6 = 2011-01-31

-- the same for clickhouse
-- order_line, raw
SELECT "k_day", arraySum(arraySlice(arrayReverseSort(groupArray("g_value")), 1, 10)) AS "m_0", sum("m_foreign") AS "m_foreign" FROM (SELECT toStartOfMonth("order_line"."local_date") AS "k_day", "order_line"."sku" AS "g_key", sum("order_line"."net_e4") AS "g_value", countIf("order_line"."currency" <> {p1:String}) AS "m_foreign" FROM "order_line" WHERE "order_line"."local_date" >= {p2:Date32} AND "order_line"."local_date" <= {p3:Date32} AND "order_line"."class" IN ({p4:String}, {p5:String}, {p6:String}) AND "order_line"."sku" IS NOT NULL GROUP BY "k_day", "g_key") AS "gathered" GROUP BY "k_day"
-- $1 = 'GBP'
-- $2 = 2010-12-01
-- $3 = 2011-01-31
-- $4 = 'sale'
-- $5 = 'return'
-- $6 = 'discount'
-- order_line, raw
SELECT toStartOfMonth("order_line"."local_date") AS "k_day", sumIf("order_line"."gross_e4", ("order_line"."class" = {p1:String})) AS "m_0", sumIf("order_line"."discount_merchant_e4", ("order_line"."class" = {p1:String})) AS "m_1", sumIf("order_line"."discount_creator_e4", ("order_line"."class" = {p1:String})) AS "m_2", sumIf("order_line"."gross_e4", ("order_line"."class" = {p2:String})) AS "m_3", sumIf("order_line"."net_e4", ("order_line"."class" = {p3:String})) AS "m_4", countIf("order_line"."currency" <> {p4:String}) AS "m_foreign" FROM "order_line" WHERE "order_line"."local_date" >= {p5:Date32} AND "order_line"."local_date" <= {p6:Date32} GROUP BY "k_day"
-- $1 = 'sale'
-- $2 = 'discount'
-- $3 = 'return'
-- $4 = 'GBP'
-- $5 = 2010-12-01
-- $6 = 2011-01-31

-- styles by their articles on the last counted day
-- stock_level, raw
SELECT "k_day", count(*) AS "m_0" FROM (SELECT CAST(date_trunc('month', "stock_level"."local_date") AS DATE) AS "k_day", "product"."product_id" AS "g_key" FROM "stock_level" LEFT JOIN (SELECT "store", "sku", nullif(arg_max(coalesce("product_id", ''), (coalesce("valid_from", $1), "import_id", "row_no")), '') AS "product_id" FROM "product" GROUP BY "store", "sku") AS "product" ON "stock_level"."sku" = "product"."sku" AND "stock_level"."store" = "product"."store" WHERE "stock_level"."local_date" >= $2 AND "stock_level"."local_date" <= $3 AND ("stock_level"."store", "stock_level"."local_date") IN (SELECT "store", max("local_date") FROM "stock_level" WHERE "stock_level"."local_date" >= $2 AND "stock_level"."local_date" <= $3 GROUP BY "store", CAST(date_trunc('month', "stock_level"."local_date") AS DATE)) AND "product"."product_id" IS NOT NULL GROUP BY "k_day", "g_key" HAVING ((max("stock_level"."on_hand") > $4) AND (count(DISTINCT "stock_level"."sku") FILTER (WHERE ("stock_level"."on_hand" > $4)) = count(DISTINCT "stock_level"."sku")))) AS "gathered" GROUP BY "k_day"
-- $1 = 1900-01-01
-- $2 = 2010-12-01
-- $3 = 2011-01-31
-- $4 = 0
-- stock_level, raw
SELECT "k_day", count(*) AS "m_0" FROM (SELECT CAST(date_trunc('month', "stock_level"."local_date") AS DATE) AS "k_day", "product"."product_id" AS "g_key" FROM "stock_level" LEFT JOIN (SELECT "store", "sku", nullif(arg_max(coalesce("product_id", ''), (coalesce("valid_from", $1), "import_id", "row_no")), '') AS "product_id" FROM "product" GROUP BY "store", "sku") AS "product" ON "stock_level"."sku" = "product"."sku" AND "stock_level"."store" = "product"."store" WHERE "stock_level"."local_date" >= $2 AND "stock_level"."local_date" <= $3 AND ("stock_level"."store", "stock_level"."local_date") IN (SELECT "store", max("local_date") FROM "stock_level" WHERE "stock_level"."local_date" >= $2 AND "stock_level"."local_date" <= $3 GROUP BY "store", CAST(date_trunc('month', "stock_level"."local_date") AS DATE)) AND "product"."product_id" IS NOT NULL GROUP BY "k_day", "g_key" HAVING (max("stock_level"."on_hand") > $4)) AS "gathered" GROUP BY "k_day"
-- $1 = 1900-01-01
-- $2 = 2010-12-01
-- $3 = 2011-01-31
-- $4 = 0

-- total
-- order_line, raw
SELECT count(DISTINCT "order_line"."order_key") AS "m_0" FROM "order_line" WHERE "order_line"."local_date" >= $1 AND "order_line"."local_date" <= $2 AND ("order_line"."class" = $3)
-- $1 = 2010-12-01
-- $2 = 2011-01-31
-- $3 = 'sale'

