/* The shop's cost rules in the database: what profits are derived with, so that verify can derive
 * them again in one snapshot. They are replaced as a whole when the files say something else. */
#include "derive/profit_priv.h"

#define ALWAYS (-719162) /* 0001-01-01: a rule without a date */

enum { RULE_COLUMNS = 18, ARTICLE_COLUMNS = 6 };

static const struct source_column rule_columns[RULE_COLUMNS] = {
    { "rule_id", SOURCE_I64 },     { "kind", SOURCE_TEXT },         { "place", SOURCE_TEXT },
    { "rank", SOURCE_I32 },        { "store", SOURCE_TEXT },        { "channel", SOURCE_TEXT },
    { "sku", SOURCE_TEXT },        { "name", SOURCE_TEXT },         { "currency", SOURCE_TEXT },
    { "valid_from", SOURCE_DAY },  { "percent_e4", SOURCE_I64 },    { "per_order_e4", SOURCE_I64 },
    { "per_unit_e4", SOURCE_I64 }, { "per_return_e4", SOURCE_I64 }, { "per_month_e4", SOURCE_I64 },
    { "cost_e4", SOURCE_I64 },     { "is_refunded", SOURCE_BOOL },  { "share", SOURCE_TEXT },
};

static const struct source_column article_columns[ARTICLE_COLUMNS] = {
    { "store", SOURCE_TEXT },    { "code", SOURCE_TEXT },   { "master_sku", SOURCE_TEXT },
    { "currency", SOURCE_TEXT }, { "cost_e4", SOURCE_I64 }, { "valid_from", SOURCE_DAY },
};

struct rule_cursor {
    const struct cost_book *book;
    size_t at;
};

static int64_t day_or_always(int32_t day)
{
    return day == DAY_NONE ? ALWAYS : day;
}

/* A rule of costs.yaml goes before a rate of stores.yaml; then the more special one. */
static int64_t rank_of(const struct cost_rule *r)
{
    return (r->is_store_rate ? 0 : 8) + (r->store.len > 0 ? 4 : 0) + (r->channel.len > 0 ? 2 : 0);
}

static void put_rule(struct batch *b, size_t row, const struct cost_rule *r, size_t id)
{
    const int64_t amounts[] = { r->percent_e4,    r->per_order_e4, r->per_unit_e4,
                                r->per_return_e4, r->per_month_e4, r->cost_e4 };
    const str texts[] = { r->store, r->channel, r->sku, r->name, r->currency };
    batch_set_i64(b, 0, row, (int64_t)id);
    batch_set_str(b, 1, row, str_from(cost_kind_name(r->kind)));
    batch_set_str(b, 2, row, r->place);
    batch_set_i64(b, 3, row, rank_of(r));
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        batch_set_str(b, 4 + i, row, texts[i]);
    batch_set_i64(b, 9, row, day_or_always(r->valid_from));
    for (size_t i = 0; i < ARRAY_LEN(amounts); i++)
        batch_set_i64(b, 10 + i, row, amounts[i]);
    batch_set_i64(b, 16, row, r->is_refunded);
    batch_set_str(b, 17, row, str_from(cost_share_name(r->share)));
}

static enum status fill_rules(
    void *self, void *worker, struct batch *b, size_t *rows, struct error *why)
{
    struct rule_cursor *c = self;
    (void)worker;
    (void)why;
    *rows = 0;
    while (*rows < batch_capacity() && c->at < c->book->rule_count) {
        put_rule(b, *rows, &c->book->rules[c->at], c->at + 1);
        *rows += 1;
        c->at++;
    }
    return STATUS_OK;
}

static enum status fill_articles(
    void *self, void *worker, struct batch *b, size_t *rows, struct error *why)
{
    struct rule_cursor *c = self;
    (void)worker;
    (void)why;
    *rows = 0;
    for (; *rows < batch_capacity() && c->at < c->book->article_count; c->at++, *rows += 1) {
        const struct cost_article *a = &c->book->articles[c->at];
        batch_set_str(b, 0, *rows, a->store);
        batch_set_str(b, 1, *rows, a->code);
        batch_set_str(b, 2, *rows, a->master_sku);
        batch_set_str(b, 3, *rows, a->currency);
        if (a->has_cost)
            batch_set_i64(b, 4, *rows, a->cost_e4);
        else
            batch_set_null(b, 4, *rows);
        batch_set_i64(b, 5, *rows, day_or_always(a->valid_from));
    }
    return STATUS_OK;
}

static enum status replace_rules(struct derive *d)
{
    struct rule_cursor rules = { .book = d->settings->costs };
    struct rule_cursor articles = { .book = d->settings->costs };
    const struct row_source from_rules = {
        .columns = rule_columns, .column_count = RULE_COLUMNS, .self = &rules, .fill = fill_rules
    };
    const struct row_source from_articles = { .columns = article_columns,
                                              .column_count = ARTICLE_COLUMNS,
                                              .self = &articles,
                                              .fill = fill_articles };
    enum status st =
        derive_execf(d, "DELETE FROM cost_rule; DELETE FROM cost_article; DELETE FROM cost_state");
    if (st == STATUS_OK)
        st = conn_load(
            d->c, "INSERT INTO cost_rule BY NAME SELECT * FROM rows()", &from_rules, d->why);
    if (st == STATUS_OK)
        st = conn_load(
            d->c, "INSERT INTO cost_article BY NAME SELECT * FROM rows()", &from_articles, d->why);
    if (st == STATUS_OK)
        st = derive_execf(d,
                          "INSERT INTO cost_state VALUES (%lld)",
                          (long long)(int64_t)d->settings->costs->fingerprint);
    return st;
}

enum status profit_rules_differ(struct conn *c,
                                const struct cost_book *book,
                                bool *out,
                                struct error *why)
{
    int64_t same = 0;
    struct frame *f = NULL;
    const struct param param = { .type = PARAM_I64,
                                 .i64 = book != NULL ? (int64_t)book->fingerprint : 0 };
    const enum status st = conn_query(
        c, STR("SELECT count(*) FROM cost_state WHERE fingerprint = $1"), &param, 1, &f, why);
    if (st == STATUS_OK)
        same = frame_i64(f, 0, 0);
    frame_free(f);
    *out = book != NULL && st == STATUS_OK && same == 0;
    return st;
}

enum status profit_rules_store(struct derive *d, bool *changed)
{
    enum status st = profit_rules_differ(d->c, d->settings->costs, changed, d->why);
    if (st == STATUS_OK && *changed)
        st = replace_rules(d);
    return st;
}
