# Every KPI of the catalogue can be asked for as the API says, down to its rows, and its parts add up where it says so.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/support/api.sh"

begin "each KPI: its rows, its grains, its parts"
DIR=$T/all
LAST="demo"
OUT=$("$SHOPVANE_BIN" demo "$DIR" --days "$(some 14 21)" 2>&1)
RC=$?
expect_exit 0
TOKEN=$(api_user root admin)
api_serve
LAST="every_kpi.mjs"
OUT=$(node "$(dirname "$0")/support/every_kpi.mjs" "$PORT" "$TOKEN" 2>&1)
RC=$?
expect_exit 0
api GET kpis
expect_code 200
finish
