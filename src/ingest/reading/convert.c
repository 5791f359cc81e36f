/* One row of text to typed cells, and for order lines their amount and class. */
#include "ingest/reading/line_class_priv.h"
#include "ingest/reading/reading_priv.h"

#include <stdio.h>

#define FIRST_DAY  7305 /* 1990-01-01 */
#define JOINED_MAX 128

static const struct cell *part(const struct reading_worker *w, size_t at)
{
    static const struct cell none = { .is_null = true };
    return at == NO_COLUMN ? &none : &w->cells[at];
}

/* Where the fields of an order stand on its first row, another row is dated by it
 * (fill_down.c). */
static bool is_dated_by_order(const struct reading_worker *w, size_t column)
{
    const struct reading *r = w->reading;
    return r->mapping->fill_down && r->mapping->target.table == NULL &&
           column == r->parts.placed_at && !part(w, r->parts.order_id)->is_null;
}

static const char *check_required(const struct reading_worker *w, size_t column)
{
    const struct reading *r = w->reading;
    const struct reading_column *c = &r->columns[column];
    const struct cell *cell = &w->cells[column];
    if (!c->field->is_required || (cell->is_null && is_dated_by_order(w, column)))
        return NULL;
    if (cell->is_null)
        return "a value that every row needs is missing";
    if (c->field->kind != FIELD_TIME)
        return NULL;
    if (cell->i64 < FIRST_DAY * US_PER_DAY)
        return "a date before 1990";
    return cell->i64 > r->rules.now_us + 2 * US_PER_DAY ? "a date in the future" : NULL;
}

static str row_order_id(struct reading_worker *w)
{
    const struct reading_parts *p = &w->reading->parts;
    const struct cell *amount = part(w, p->line_amount);
    const int n =
        snprintf(w->order_id,
                 sizeof w->order_id,
                 "%.*s-%d-%lld-%lld",
                 STR_ARG(str_first(part(w, p->customer_id)->text, 64)),
                 (int)part(w, p->placed_at)->day,
                 (long long)part(w, p->quantity)->i64,
                 (long long)(amount->is_null ? part(w, p->unit_price)->i64 : amount->i64));
    return (str){ w->order_id, n > 0 ? (size_t)n : 0 };
}

static int64_t amount_of(const struct reading_worker *w, size_t at)
{
    return part(w, at)->is_null ? 0 : part(w, at)->i64;
}

static bool has_amount(const struct cell *c)
{
    return !c->is_null && c->i64 > 0;
}

/* A state that no payment comes before. One that is not known tells nothing of it; where a payment
 * makes the sale and the file says when orders were paid, an order without one is not paid. */
static bool is_before_payment(const struct reading_worker *w, const struct cell *status)
{
    static const char *const after[] = { "paid",     "shipped",   "delivered",
                                         "refunded", "cancelled", "closed" };
    if (status->is_null || str_is(status->text, "placed") || str_is(status->text, "unpaid"))
        return true;
    bool tells_more =
        !w->reading->mapping->sale_when_paid || w->reading->parts.paid_at == NO_COLUMN;
    for (size_t i = 0; i < ARRAY_LEN(after); i++)
        tells_more = tells_more || str_is(status->text, after[i]);
    return !tells_more;
}

/* Without a time of payment, what the status says counts; of a pre-sale in a store that counts
 * deposits, whether any money came. */
static bool is_unpaid(const struct reading_worker *w)
{
    const struct reading_parts *p = &w->reading->parts;
    const struct cell *status = part(w, p->status);
    const struct cell *staged = part(w, p->is_staged);
    const bool is_staged = !staged->is_null && staged->i64 != 0;
    if (p->placed_at == NO_COLUMN && p->status == NO_COLUMN && p->paid_at == NO_COLUMN)
        return false; /* lines of orders that are there: order_state.c asks those */
    if (is_staged && w->reading->is_presale_at_deposit &&
        (has_amount(part(w, p->paid)) || has_amount(part(w, p->deposit))))
        return false;
    const bool says_unpaid = !status->is_null && str_is(status->text, "unpaid");
    const bool waits = w->reading->mapping->sale_when_paid ||
                       (is_staged ? !w->reading->is_presale_at_deposit : says_unpaid);
    return waits && part(w, p->paid_at)->is_null && is_before_payment(w, status);
}

/* Which of the fields that class an order's lines the row has, and which it has not. */
static void note_state(struct reading_worker *w)
{
    const struct reading_parts *p = &w->reading->parts;
    const size_t fields[] = { p->status, p->paid_at, p->is_staged, p->paid, p->deposit };
    for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
        if (fields[i] == NO_COLUMN || w->reading->stage_counted == NO_COLUMN)
            continue;
        if (w->cells[fields[i]].is_null)
            w->lacks |= 1U << i;
        else
            w->says |= 1U << i;
    }
}

/* Exports that say an order on its first row keep lines that were taken out of it, with no pieces:
 * the row may say the order, but is no line. */
static bool is_removed(const struct reading_worker *w, const struct cell *quantity)
{
    return w->reading->mapping->is_preset && w->reading->mapping->fill_down && !quantity->is_null &&
           quantity->i64 == 0;
}

static struct line_facts facts_of(const struct reading_worker *w, int64_t gross)
{
    const struct reading_parts *p = &w->reading->parts;
    const struct cell *quantity = part(w, p->quantity);
    const struct cell *price = part(w, p->unit_price);
    const struct cell *status = part(w, p->status);
    const struct cell *given = part(w, p->line_class);
    const struct cell *staged = part(w, p->is_staged);
    return (struct line_facts){
        .order_id = part(w, p->order_id)->is_null ? STR_EMPTY : part(w, p->order_id)->text,
        .sku = part(w, p->sku)->is_null ? STR_EMPTY : part(w, p->sku)->text,
        .title = part(w, p->title)->is_null ? STR_EMPTY : part(w, p->title)->text,
        .quantity = quantity->is_null ? 1 : quantity->i64,
        .price_e4 = price->is_null ? gross : price->i64,
        .gross_e4 = gross,
        .given = given->is_null ? STR_EMPTY : given->text,
        .is_cancelled =
            !status->is_null && str_is(status->text, "cancelled") && part(w, p->paid_at)->is_null,
        .is_unpaid = is_unpaid(w),
        .is_presale = !staged->is_null && staged->i64 != 0,
    };
}

/* Amount and class. A row without quantity, price and amount is an order without lines. */
static const char *convert_line(struct reading_worker *w)
{
    const struct reading_parts *p = &w->reading->parts;
    const struct cell *quantity = part(w, p->quantity);
    const struct cell *price = part(w, p->unit_price);
    const struct cell *amount = part(w, p->line_amount);
    const struct cell *given = part(w, p->line_class);
    enum line_class named;
    const bool has_amount = !amount->is_null;
    int64_t gross = amount->i64;
    w->line_class = w->counted_class = w->gross = (struct cell){ .is_null = true };
    w->is_surcharge = false;
    if (!has_amount && (price->is_null || quantity->is_null))
        return price->is_null && quantity->is_null
                   ? NULL
                   : "a line needs a quantity and a price, or an amount";
    if (!given->is_null && !line_class_parse(given->text, &named))
        return "no class of lines: see the classes in docs/import.md";
    if (!has_amount && is_removed(w, quantity)) {
        w->removed++;
        return NULL;
    }
    /* money back without goods has no units */
    if (!quantity->is_null && quantity->i64 == 0 && (!has_amount || gross > 0))
        return "a quantity of 0";
    const char *reason = reading_line_discount(w);
    if (reason != NULL)
        return reason;
    if (!has_amount && !reading_line_product(quantity->i64, price, &gross))
        return "quantity x price is above 100,000,000,000,000 units";
    if (has_amount && w->reading->mapping->amount_is_total)
        reading_line_goods(w, &gross);
    if (!w->reading->mapping->is_preset)
        reading_line_net(w, &gross);
    struct line_facts facts = facts_of(w, gross);
    const enum line_class line_class = line_class_of(w->reading->mapping, &facts);
    if (!w->reading->mapping->is_preset)
        reading_line_signs(w, line_class, &gross);
    w->gross = (struct cell){ .i64 = gross };
    w->line_class = (struct cell){ .text = str_from(line_class_name(line_class)) };
    if (facts.is_cancelled || facts.is_unpaid) {
        facts.is_cancelled = facts.is_unpaid = false;
        w->counted_class = (struct cell){ .text = str_from(line_class_name(
                                              line_class_of(w->reading->mapping, &facts))) };
    }
    w->amount_e4 += gross;
    return NULL;
}

/* Where what was paid is told less what was paid back, it is told as it was before: `paid` and the
 * platform's part leave room for the refund in the order's total. What the shop is due is so too.
 */
static void add_refund_to_paid(struct reading_worker *w)
{
    const struct reading_parts *p = &w->reading->parts;
    const int64_t refunded = amount_of(w, p->refunded);
    const int64_t rest = amount_of(w, p->paid) + amount_of(w, p->order_platform);
    if (!w->reading->mapping->paid_less_refunds || refunded <= 0 || part(w, p->paid)->is_null ||
        rest > amount_of(w, p->order_total) - refunded)
        return;
    w->cells[p->paid].i64 += refunded;
    if (!part(w, p->receivable)->is_null)
        w->cells[p->receivable].i64 += refunded;
}

/* A staged order that was closed with a part of its price paid never was a sale: the balance did
 * not come, and the time of payment is the deposit's. A file that tells no money leaves that open.
 */
static void close_staged_order(struct reading_worker *w)
{
    const struct reading_parts *p = &w->reading->parts;
    const struct cell *total = part(w, p->order_total);
    const struct cell *status = part(w, p->status);
    const struct cell *staged = part(w, p->is_staged);
    const struct cell *paid = part(w, p->paid);
    if (!w->reading->mapping->sale_when_paid || staged->is_null || staged->i64 == 0 ||
        p->paid_at == NO_COLUMN || total->is_null || paid->is_null || status->is_null ||
        !str_is(status->text, "refunded"))
        return;
    const bool tells_money = paid->i64 > 0 || !part(w, p->refunded)->is_null;
    if (!tells_money || paid->i64 + amount_of(w, p->order_platform) >= total->i64)
        return;
    w->cells[p->status].text = STR("cancelled");
    w->cells[p->paid_at] = (struct cell){ .is_null = true };
}

/* A staged order counts when it is fully paid, on that day, unless the store counts deposits. */
static void date_staged_order(struct reading_worker *w)
{
    const struct reading_parts *p = &w->reading->parts;
    const struct cell *staged = part(w, p->is_staged);
    if (staged->is_null || staged->i64 == 0 || w->reading->is_presale_at_deposit ||
        p->placed_at == NO_COLUMN || part(w, p->paid_at)->is_null)
        return;
    w->cells[p->placed_at] = w->cells[p->paid_at];
}

/* ##..., $$..., 张**: the platform hides who bought. Such a name is nobody's id. */
static bool is_masked(str s)
{
    return str_starts(s, STR("##")) || str_starts(s, STR("$$")) || str_contains(s, STR("*"));
}

/* One of two days that stand in a cell; a cell of one day is both. */
static str day_of_range(const struct reading_column *c, str text)
{
    str first = STR_EMPTY;
    str last = STR_EMPTY;
    if (c->range == RANGE_NONE || !reading_split_days(value_unwrap(text), &first, &last))
        return text;
    return c->range == RANGE_FIRST ? first : last;
}

/* The column's text; of a day and a time of day in two columns both, in `joined`. */
static str text_of_cell(const struct reading_worker *w,
                        const struct row *row,
                        size_t i,
                        char joined[JOINED_MAX])
{
    const struct reading_column *c = &w->reading->columns[i];
    const str day = value_unwrap(w->texts[i]);
    if (!c->is_joined || c->joined >= row->n || day.len == 0)
        return day_of_range(c, w->texts[i]);
    const str time_of_day = value_unwrap(row->fields[c->joined]);
    const int n = snprintf(joined, JOINED_MAX, "%.*s %.*s", STR_ARG(day), STR_ARG(time_of_day));
    return n > 0 && n < JOINED_MAX ? str_trim((str){ joined, (size_t)n }) : w->texts[i];
}

static const char *convert_cells(struct reading_worker *w, const struct row *row, size_t *column)
{
    const struct reading *r = w->reading;
    const unsigned holding = reading_rules_texts(w, row);
    char joined[JOINED_MAX];
    for (size_t i = 0; i < r->count; i++) {
        const struct reading_column *c = &r->columns[i];
        const char *reason = i == r->props_part ? props_convert(w, row)
                             : c->sum.n > 0     ? reading_sum(w, row, c->sum, &w->cells[i], column)
                                                : value_read(c->field->kind,
                                                         &c->rules,
                                                         &c->date,
                                                         w->cursors,
                                                         text_of_cell(w, row, i, joined),
                                                         &w->cells[i]);
        if (reason != NULL) {
            *column = c->sum.n > 0 ? *column : c->source;
            return reason;
        }
    }
    if (holding != 0)
        reading_rules_cells(w, holding);
    for (size_t i = 0; i < r->count; i++) {
        const char *reason = r->unpivot.n > 0 && (i == r->unpivot.measure || i == r->unpivot.value)
                                 ? NULL
                                 : check_required(w, i);
        if (reason != NULL) {
            *column = r->columns[i].source;
            return reason;
        }
    }
    return r->check_count > 0 ? reading_rules_check(w, row, column) : NULL;
}

/* Which column a line's reason names: the quantity, where there is one and it is not the price that
 * is missing. */
static size_t blamed_part(const struct reading_worker *w)
{
    const struct reading_parts *p = &w->reading->parts;
    const bool lacks_price = part(w, p->unit_price)->is_null && part(w, p->line_amount)->is_null &&
                             !part(w, p->quantity)->is_null;
    const size_t price = p->unit_price != NO_COLUMN ? p->unit_price : p->line_amount;
    return lacks_price && price != NO_COLUMN ? price : p->quantity;
}

const char *row_convert(struct reading_worker *w, const struct row *row, size_t *column)
{
    const struct reading *r = w->reading;
    const struct reading_parts *p = &r->parts;
    w->broken = NULL;
    const char *reason = convert_cells(w, row, column);
    if (reason != NULL)
        return reason;
    if (!part(w, p->customer_id)->is_null && is_masked(w->cells[p->customer_id].text)) {
        w->cells[p->customer_id] = (struct cell){ .is_null = true };
        w->masked++;
    }
    const size_t blamed = blamed_part(w);
    *column = blamed != NO_COLUMN ? r->columns[blamed].source : NO_COLUMN;
    if (r->mapping->target.table != NULL)
        return NULL;
    add_refund_to_paid(w);
    close_staged_order(w);
    date_staged_order(w);
    if (r->mapping->order_per_row)
        (void)row_order_id(w); /* of the values as written */
    note_state(w);
    return convert_line(w);
}
