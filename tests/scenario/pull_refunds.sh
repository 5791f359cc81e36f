# Refunds that a platform tells in several steps, or of orders that are none: the figures stay the platform's.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/support/platform.sh"

pull_same() { # WHAT
    run source pull
    expect_exit 0
    same_as_platform "$1"
}

platform_start
hand "generate?n=60&kind=shopify" >/dev/null
shop shopify --currency EUR --timezone Europe/Berlin
add_source shopify

begin "Shopify: paid back in the buyer's currency"
hand "refund?order=5001&lines=0" >/dev/null
hand "refund?order=5003&lines=0&amount=1" >/dev/null
hand "refund?order=5005&amount=150" >/dev/null
pull_same "the shop's own amounts"

begin "Shopify: a payment that is under way counts when it went through"
hand "refund?order=5014&lines=0&pending" >/dev/null
hand "refund?order=5015&lines=0&pending" >/dev/null
hand "refund?order=5016&amount=70&pending" >/dev/null
pull_same "under way"
hand "settle?order=5014" >/dev/null
hand "settle?order=5016" >/dev/null
pull_same "through"
hand "settle?order=5015&amount=1" >/dev/null
pull_same "through, with a difference"
hand "settle?order=5015&amount=$(hand "told?order=5015")" >/dev/null
pull_same "a difference that is none any more"
expect_green
finish
