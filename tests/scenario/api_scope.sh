# Row scope: a user of one store sees what store= shows to others, and nothing of another store, on
# every endpoint.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/support/api.sh"
RANGE="from=2026-11-01&to=2026-11-30"

begin "a shop of two stores and a user of one"
shop scoped
two_stores
ROOT=$(api_user root admin)
ONE=$(api_user one editor --store a)
run goals set 2026-11 --kpi net_sales --target 1000
run goals set 2026-11 --kpi net_sales --store a --target 400
run goals set 2026-11 --kpi net_sales --store b --target 600
api_serve

# Asks as the user of store a, and as the administrator with store=a: the answers are the same.
same() { # PATH
    local one
    case $1 in *\?*) local with="$1&store=a" ;; *) local with="$1?store=a" ;; esac
    TOKEN=$ONE
    api GET "$1"
    expect_code 200
    one=$OUT
    for word in B1 B2 bottle-b shop-b cui dan b.csv '"b"' 287.0000 347.5000; do
        expect_no_text "$word"
    done
    TOKEN=$ROOT
    api GET "$with"
    expect_same "$1" "$OUT" "$one"
    TOKEN=$ONE
    case $1 in *\?*) with="$1&store=b" ;; *) with="$1?store=b" ;; esac
    api GET "$with"
    expect_code 403
}

begin "every page and list shows the one store"
for path in "kpi?id=net_sales,orders&$RANGE&grain=day&by=channel&evidence=1" \
    "kpi?id=net_sales&$RANGE&by=store&top=1" "kpi?id=net_sales&$RANGE&by=channel&format=csv" \
    "overview?$RANGE" "kpis" "dimensions" "dimensions/store/values" "dimensions/sku/values" \
    "dimensions/channel/values" "dimensions/country/values" "calendar?$RANGE" "periods" \
    "profit?$RANGE&by=store" "profit?$RANGE&by=order" "profit?$RANGE&by=sku" "goals?period=2026-11" \
    "goals/history" "imports" "sources" "quarantine" "quarantine/1" "rows?kpi=net_sales&$RANGE" \
    "orders?$RANGE" "orders/A1" "products?$RANGE" "products/X" "customers" "customers/ann" "stores" "stores/a" \
    "orders?$RANGE&format=csv" "products?$RANGE&format=csv" "customers?format=csv" "profit?$RANGE&by=store&format=csv" \
    "reports/morning?date=2026-11-04" "reports/week?date=2026-W45" "reports/month?date=2026-11"; do
    same "$path"
done

begin "what belongs to the other store is not there"
TOKEN=$ONE
for path in orders/B1 products/bottle-b customers/cui imports/2; do
    api GET "$path"
    expect_code 404
done
api GET "stores/b"
expect_code 403

begin "what is of the whole shop is refused"
api GET "reconcile"
expect_code 403
for request in 'DELETE imports/1' 'POST goals {"kpi":"net_sales","period":"2026-11","target":"1","note":"x"}' \
    'POST goals {"kpi":"net_sales","period":"2026-11","store":"b","target":"1","note":"x"}' \
    'POST goals/lock {"kpi":"net_sales","period":"2026-11","store":"b"}' \
    'PUT settings {"name":"mine"}' 'PUT stores/b {"owner":"me"}' 'PUT definitions/aov {"yaml":""}' \
    'POST reports/month/close {"period":"2026-10"}' 'POST quarantine/retry {"import":1}' 'PATCH quarantine/1 {"raw":"x"}'; do
    read -r method path body <<<"$request"
    api "$method" "$path" "${body:-"{}"}"
    expect_code 403
done
CODE=$(curl -s -o "$T/body" -w '%{http_code}' -H "Authorization: Bearer $ONE" --data-binary @"$T/b.csv" "$URL/uploads?name=b.csv&as_store=b")
expect_code 403
api POST goals '{"kpi":"net_sales","period":"2026-11","store":"a","target":"500","note":"mine"}'
expect_code 200

upload() { # FILE STORE: the id of the upload is printed
    curl -s -o "$T/body" -H "Authorization: Bearer $TOKEN" --data-binary @"$1" \
        "$URL/uploads?name=$(basename "$1")&as_store=$2"
    value_of a.id
}

begin "jobs of the other store are not there"
TOKEN=$ROOT
api POST "uploads/$(upload "$T/b.csv" b)/import" '{}'
expect_code 202
JOB=$(value_of a.job)
TOKEN=$ONE
api GET "jobs/$JOB"
expect_code 404
api DELETE "jobs/$JOB"
expect_code 404
api GET jobs
expect_code 200
expect_value a.total 0
TOKEN=$ROOT
api GET jobs
expect_value a.total 1
api GET "jobs/$JOB"
expect_code 200

begin "a file for tables of the whole shop is not a store's to bring"
printf 'base,quote,date,rate\nUSD,GBP,2026-11-01,0.8\n' >"$T/fx.csv"
for who in "$ONE" "$ROOT"; do
    TOKEN=$who
    ID=$(upload "$T/fx.csv" a)
    api PATCH "uploads/$ID" '{"preset":"generic:fx_rate"}'
    expect_code 200
    api POST "uploads/$ID/import" '{}'
    api_job
    if [ "$who" = "$ONE" ]; then
        expect_value a.state failed
        expect_text "fx_rate is of the whole shop"
    else
        expect_value a.state done
    fi
done
TOKEN=$ONE
ID=$(upload "$T/a.csv" a)
api POST "uploads/$ID/import" '{}'
api_job
expect_value a.state done

begin "of a close of all stores only that there is one"
TOKEN=$ROOT
api POST reports/month/close '{"period":"2026-10","note":"secret words"}'
expect_code 200
api GET closes
expect_text "secret words"
TOKEN=$ONE
api GET closes
expect_code 200
expect_value a.items.length 1
expect_value "a.items[0].figures" null
expect_value "a.items[0].note" null

begin "an analyst exports and changes nothing"
kill -TERM "$SERVER"
wait "$SERVER"
TOKEN=$(api_user look analyst)
api_serve
for path in "kpi?id=net_sales&$RANGE&format=csv" "rows?kpi=net_sales&$RANGE" imports; do
    api GET "$path"
    expect_code 200
done
for path in quarantine uploads jobs; do
    api GET "$path"
    expect_code 403
done
api POST goals '{"kpi":"net_sales","period":"2026-11","target":"1"}'
expect_code 403
kill -TERM "$SERVER"
wait "$SERVER"
RC=$?
OUT=$(cat "$T/serve.log")
expect_exit 0
expect_no_text "bug at"
finish
