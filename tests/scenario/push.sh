# Cards to chat robots: what is sent equals the report, each service's no is heard, a card goes once
# a day whatever happens in between, and no secret is shown.
. "$(dirname "$0")/lib.sh"
command -v node >/dev/null || { echo "skipped: no node"; exit 77; }
command -v curl >/dev/null || { echo "skipped: no curl"; exit 77; }

node "$(dirname "$0")/support/robot_server.mjs" "$T/port" &
ROBOTS=$!
at_end "kill $ROBOTS 2>/dev/null"
for _ in $(seq 100); do [ -s "$T/port" ] && break; sleep 0.05; done
URL=http://127.0.0.1:$(cat "$T/port")
hand() { curl -sf "$URL/__/$1"; }
taken() { hand log | grep -c "^$1	"; }
expect_taken() { # SERVICE TIMES
    [ "$(taken "$1")" = "$2" ]
    pass_or_fail $? "expected $2 messages for $1: $(hand log)"
}

export DING_SECRET=SECding
unset http_proxy https_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY all_proxy
today() { TZ=Asia/Shanghai date -d "$1" +%F; }
write_push() { # LINES: of `morning`
    cat >"$DIR/push.yaml" <<END
timeout: 1
targets:
  ding:
    kind: dingtalk
    url: $URL/robot/send?access_token=ding
    secret_env: DING_SECRET
  fei:
    kind: feishu
    url_file: secrets/fei.url
    secret_file: secrets/fei
  wecom:
    kind: wecom
    url: $URL/cgi-bin/webhook/send?key=wecom
  slack:
    kind: slack
    url: $URL/services/slack
  own:
    kind: webhook
    url: $URL/hook
    secret: hook-secret
$1
END
    chmod 600 "$DIR/push.yaml"
}
orders_of() { # DAY FILE
    printf 'order_id,date,paid_at,sku,quantity,price,customer\n' >"$2"
    for i in 1 2 3; do echo "$1-$i,$1 0$i:00:00,$1 0$i:05:00,A-$i,$i,10.50,c$i"; done >>"$2"
}

shop cards --currency CNY --timezone Asia/Shanghai --lang zh
mkdir -p "$DIR/secrets"
chmod 700 "$DIR/secrets"
echo "$URL/open-apis/bot/v2/hook/fei" >"$DIR/secrets/fei.url"
echo fei-secret >"$DIR/secrets/fei"
chmod 600 "$DIR/secrets/fei" "$DIR/secrets/fei.url"
orders_of "$(today '3 days ago')" "$T/3.csv"
orders_of "$(today '2 days ago')" "$T/2.csv"
run import "$T/3.csv"
run import "$T/2.csv"
expect_exit 0

begin "before push.yaml is written"
run --lang en push
expect_exit 0
expect_text "no targets yet" "kind: dingtalk"
run --lang en report morning --push all
expect_exit 1
expect_text "push.yaml has no targets yet"
run push due
expect_exit 0

begin "problems are told all at once, and hold no secret"
printf 'targets:\n  a:\n    kind: dingtlk\n    url: https://x.example/?access_token=T0KEN\n  b:\n    kind: webhook\n    url: http://x.example/T0KEN\nmorning: 25:00\n' >"$DIR/push.yaml"
run --lang en push
expect_exit 1
expect_text 'push.yaml:3:11: unknown name "dingtlk" (did you mean "dingtalk"?)' "push.yaml:7:10: not an address" \
    "push.yaml:6:5: webhook is signed" "push.yaml:8:10: expected a time of the day" "4 problems in push.yaml"
expect_no_text T0KEN
run push
expect_text "push.yaml 有 4 处问题" "不是卡片可以发往的地址"

write_push ""
begin "who else can read the secrets is said"
chmod 644 "$DIR/push.yaml" "$DIR/secrets/fei"
run --lang en push
expect_text "push.yaml: others can read" "secrets/fei: others can read" "chmod 600"
chmod 600 "$DIR/push.yaml" "$DIR/secrets/fei"
run --lang en push
expect_no_text "others can read"
expect_line '^ding dingtalk http://127.0.0.1:[0-9]+ \$DING_SECRET' "^fei feishu secrets/fei.url secrets/fei"

begin "what would be sent is shown with secrets masked, and is not sent"
run report morning --date "$(today '2 days ago')" --push all --dry-run
expect_exit 0
expect_text "&sign=***" '"sign":"***"' "sha256=***" "晨会" "支付金额 ¥63.00" "GSV 实际成交额 ¥63.00"
for secret in SECding fei-secret hook-secret access_token key=wecom hook/fei services/slack; do expect_no_text "$secret"; done
expect_taken ding 0

begin "each service takes the card, and the signatures are right"
run report morning --date "$(today '2 days ago')" --push all
expect_exit 0
for service in dingtalk feishu wecom slack hook; do expect_taken "$service" 1; done
run report morning --date "$(today '2 days ago')" --card
expect_exit 0
[ "$(wc -l <<<"$OUT")" -le 8 ]
pass_or_fail $? "at most eight lines"
WANT=${OUT//$'\n'/ | }
for service in dingtalk feishu wecom slack hook; do
    expect_same "the card of $service" "$WANT" "$(hand log | sed -n "s/^$service	//p")"
done
run report morning --date "$(today '2 days ago')"
expect_line "^支付金额 63.00 " "^GSV 实际成交额 63.00 "

begin "the same card does not go again, unless it is asked for"
run --lang en report morning --date "$(today '2 days ago')" --push ding,own
expect_exit 1
expect_text "ding: the card morning of $(today '2 days ago') has gone there already" "2 of 2 cards did not go"
expect_taken dingtalk 1
run report morning --date "$(today '2 days ago')" --push own --again
expect_exit 0
expect_taken "hook again" 1

begin "a test message"
run push test wecom
expect_exit 0
expect_taken wecom 2
run --lang en push test wecm
expect_exit 1
expect_text 'no target "wecm" in push.yaml (did you mean "wecom"?)'

begin "a service says no in an answer 200"
hand clear
DING_SECRET=SECwrong run --lang en report week --push ding
expect_exit 1
expect_text "was refused: the service says no: 310000 (sign not match)" "secret right"
expect_no_text SECwrong
DING_SECRET=SECwrong run report week --push ding
expect_text "被拒绝" "安全校验未通过"
hand "limit?n=0"
run --lang en report week --push wecom
expect_exit 1
expect_text "did not go: the service says no: 45009 (api freq out of limit); too many messages"
run --lang en report month --push wecom
expect_exit 1
expect_text "try again in"
run --lang en report week --push slack
expect_text "did not go: answered 429" "rate_limited"
(unset DING_SECRET; run --lang en report month --push ding; [ $RC = 1 ] && [[ $OUT == *"DING_SECRET is not set"* ]])
pass_or_fail $? "a variable that is not set is named"

begin "no redirect is followed, no page of a proxy passes for yes"
hand clear
hand "fault?kind=elsewhere"
run --lang en report month --push own
expect_exit 1
expect_text "refused: answered 302: a redirect"
hand "fault?kind=html"
run --lang en report month --push fei
expect_exit 1
expect_text "may be there or not: an answer that tells nothing" "--again"

begin "an answer that does not come is uncertain, and is not asked for twice"
rm "$DIR/push-sent.json"
hand clear
hand "fault?kind=hang&times=9"
run --lang en report week --push own
expect_exit 1
expect_text "may be there or not" "not sent again by itself"
run --lang en report week --push own
expect_text "may be there already"
expect_taken hang 1

begin "nobody there is no uncertainty: tried three times, then told"
rm "$DIR/push-sent.json"
sed "s|$URL/hook|http://127.0.0.1:1/hook|" "$DIR/push.yaml" >"$T/y" && cat "$T/y" >"$DIR/push.yaml"
run --lang en report week --push own
expect_exit 1
expect_text "did not go: http://127.0.0.1:1: cannot be reached"
grep -q '"state":"failed".*"tries":3' "$DIR/push-sent.json"
pass_or_fail $? "three tries are noted"

begin "the daily card waits for its time, then goes once"
rm "$DIR/push-sent.json"
hand clear
hour=$(TZ=Asia/Shanghai date +%H)
if [ "$hour" != 23 ]; then
    write_push 'morning: "23:59"'
    run push due
    expect_exit 0
    expect_taken dingtalk 0
fi
write_push 'morning: {when: "00:00", to: [ding, wecom]}'
run --lang en push due
expect_exit 0
expect_text "ding: the card morning of $(today yesterday) is sent" "wecom: the card"
hand log | grep -q "未到：订单明细，店铺 main（已到 $(today '2 days ago')）" # in the shop's language; late, never 0
pass_or_fail $? "the late file is told"
hand log | grep -q "支付金额 未到"
pass_or_fail $? "a late figure is not 0"
run push due
expect_exit 0
[ -z "$OUT" ]
pass_or_fail $? "the second time is quiet"
expect_taken dingtalk 1
expect_taken wecom 1
expect_taken slack 0

begin "when: arrived waits for yesterday's files"
rm "$DIR/push-sent.json"
hand clear
write_push 'morning: {when: arrived, latest: "23:59", to: [own]}'
if [ "$hour" != 23 ]; then
    run push due
    expect_exit 0
    expect_taken hook 0
fi
orders_of "$(today yesterday)" "$DIR/inbox/1.csv"
touch -d '1 minute ago' "$DIR/inbox/1.csv"
run watch --once
expect_exit 0
expect_text "1.csv：" "own：卡片 morning（$(today yesterday)）已发送"
expect_taken hook 1
run watch --once
expect_taken hook 1

begin "killed between sending and noting it: told, and not sent again"
rm "$DIR/push-sent.json"
hand clear
write_push 'morning: {when: "00:00", to: [own]}'
sed -i 's/^timeout: 1/timeout: 30/' "$DIR/push.yaml"
hand "fault?kind=hang"
"$SHOPVANE_BIN" -C "$DIR" push due >"$T/.due" 2>&1 &
DUE=$!
for _ in $(seq 200); do [ "$(taken hang)" = 1 ] && break; sleep 0.05; done
grep -q '"state":"sending"' "$DIR/push-sent.json"
pass_or_fail $? "it is noted as under way before it leaves"
run push due # another one leaves it to the first
expect_exit 0
kill -9 $DUE
wait $DUE 2>/dev/null
expect_taken hang 1
run --lang en push due
expect_exit 1
expect_text "own: the card morning of $(today yesterday) may be there or not: the program ended while it was sending"
run push due
expect_exit 0
expect_taken hook 0
run report morning --push own --again
expect_exit 0
expect_taken hook 1

begin "a server sends it too, and commands go on meanwhile"
rm "$DIR/push-sent.json"
hand clear
write_push 'morning: {when: "00:00", to: [ding]}'
"$SHOPVANE_BIN" -C "$DIR" serve --listen 127.0.0.1:0 >"$T/.serve" 2>&1 &
SERVER=$!
at_end "kill $SERVER 2>/dev/null"
for _ in $(seq 400); do [ "$(taken dingtalk)" = 1 ] && break; sleep 0.05; done
expect_taken dingtalk 1
run report morning --push wecom # through the server, whose folder is open
expect_exit 0
expect_taken wecom 1
OUT=$(cat "$T/.serve")
expect_text "ding：卡片 morning（$(today yesterday)）已发送"
kill $SERVER
wait $SERVER 2>/dev/null

begin "no secret is in what was noted"
run push
expect_exit 0
! grep -qE "SECding|fei-secret|hook-secret|access_token|key=wecom|services/slack" "$DIR/push-sent.json" "$T/.serve"
pass_or_fail $? "push-sent.json and the log hold none"
[ "$(stat -c %a "$DIR/push-sent.json")" = 600 ]
pass_or_fail $? "push-sent.json is 0600"

begin "what is wrong with push.yaml is in the log of who sends, not at each look"
write_push 'morning: {when: "00:00", to: [dng]}'
run --lang en watch --once
expect_exit 0
expect_text 'push.yaml:' 'no target "dng" in this file (did you mean "ding"?)'
write_push ""

begin "wrong use"
run report promo 11.11 --push ding
expect_exit 2
run report morning --dry-run
expect_exit 2
run report morning --push ding --output x.pdf
expect_exit 2
run push send
expect_exit 2
finish
