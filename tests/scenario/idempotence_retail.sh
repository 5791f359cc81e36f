# However a file with cancellations and repeated articles arrives (in two parts cut in the middle of an order, parts
# swapped, overlapping, again), the facts are the same to the cent.
. "$(dirname "$0")/lib.sh"
retail_orders >"$T/retail.csv"
ways retail "$T/retail.csv" same-article
finish
