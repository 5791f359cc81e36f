# However a generic export arrives (in two parts cut in the middle of an order, parts
# swapped, overlapping, again), the facts are the same to the cent.
. "$(dirname "$0")/lib.sh"
generic_orders >"$T/orders.csv"
ways generic "$T/orders.csv" any
finish
