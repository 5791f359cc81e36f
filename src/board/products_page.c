/* Articles by what they sold, and the page of one: its months, stock, returns and reviews. All
 * figures are KPIs by sku. */
#include "board/board_sheet_priv.h"

/* Of these those that can be told by article. */
static const char *const list_kpis[] = { "net_sales", "units", "returns_amt", "stock_units" };
static const char *const month_kpis[] = { "net_sales", "units", "returns_amt", "gross_sales" };

static size_t known_kpis(const struct board_ask *ask, const char *const *names, size_t n, str *out)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        const struct kpi *k = kpi_find(ask->context->catalog, str_from(names[i]));
        if (k != NULL && k->formula != NULL && board_kpi_has(k, commerce_dimension(STR("sku"))))
            out[count++] = k->id;
    }
    return count;
}

/* ---- titles ---- */

struct titles {
    struct frame *frame; /* sku, store, title, category, brand, variant, price, cost, currency */
    struct map *rows;    /* sku -> row */
};
enum {
    PRODUCT_SKU,
    PRODUCT_STORE,
    PRODUCT_TITLE,
    PRODUCT_CATEGORY,
    PRODUCT_BRAND,
    PRODUCT_VARIANT,
    PRODUCT_PRICE,
    PRODUCT_COST,
    PRODUCT_CURRENCY,
    PRODUCT_LAUNCHED,
    PRODUCT_RETIRED
};

/* The newest row of each article; of one sku in several stores the first store. */
static enum status titles_load(const struct board_ask *ask,
                               str sku,
                               struct titles *out,
                               struct error *why)
{
    struct sql q;
    sql_init(&q, SQL_DUCKDB);
    sql_add(&q,
            "SELECT DISTINCT ON (\"sku\") \"sku\", \"store\", \"title\", \"category\", \"brand\","
            " \"variant\", \"price_e4\", \"cost_e4\", \"currency\", \"launched_date\","
            " \"retired_date\" FROM \"product\" WHERE \"sku\" IS NOT NULL");
    if (sku.len > 0) {
        sql_add(&q, " AND \"sku\" = ");
        sql_bind_text(&q, sku);
    }
    board_add_scope(&q, ask, " AND ", STR_EMPTY);
    sql_add(&q, " ORDER BY \"sku\", \"store\", \"valid_from\" DESC NULLS LAST, \"import_id\" DESC");
    out->rows = map_new();
    enum status st =
        out->rows != NULL ? board_run(ask, &q, &out->frame, why) : board_no_memory(why);
    for (size_t i = 0; st == STATUS_OK && i < frame_rows(out->frame); i++) {
        if (!map_put(out->rows, frame_str(out->frame, PRODUCT_SKU, i), i))
            st = board_no_memory(why);
    }
    return st;
}

static void titles_free(struct titles *t)
{
    frame_free(t->frame);
    map_free(t->rows);
}

static void write_head(struct json_writer *w, const struct titles *t, str sku)
{
    const uint64_t *row = map_get(t->rows, sku);
    static const struct {
        const char *key;
        size_t column;
    } texts[] = { { "title", PRODUCT_TITLE },
                  { "category", PRODUCT_CATEGORY },
                  { "brand", PRODUCT_BRAND },
                  { "variant", PRODUCT_VARIANT },
                  { "currency", PRODUCT_CURRENCY }, /* of the price: an older name */
                  { "price_currency", PRODUCT_CURRENCY } };
    json_add_str(w, "sku", sku);
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        if (row != NULL)
            board_cell_str(w, texts[i].key, t->frame, texts[i].column, *row);
        else
            json_add_null(w, texts[i].key);
    }
    if (row != NULL)
        board_cell_money(w, "price", t->frame, PRODUCT_PRICE, *row);
    else
        json_add_null(w, "price");
}

/* ---- the list ---- */

static bool has_word(str text, str words)
{
    for (size_t i = 0; i + words.len <= text.len; i++) {
        if (str_eq_nocase((str){ text.ptr + i, words.len }, words))
            return true;
    }
    return false;
}

static bool fits(const struct titles *t, str sku, str words)
{
    const uint64_t *row = map_get(t->rows, sku);
    if (words.len == 0 || has_word(sku, words))
        return true;
    for (size_t c = PRODUCT_TITLE; row != NULL && c <= PRODUCT_BRAND; c++) {
        if (!frame_is_null(t->frame, c, *row) && has_word(frame_str(t->frame, c, *row), words))
            return true;
    }
    return false;
}

static void write_values(struct json_writer *w, const struct answer *a, size_t r)
{
    json_key(w, "values");
    json_object_open(w);
    for (size_t k = 0; k < a->kpi_count; k++) {
        const struct answer_row *row = &a->kpis[k].rows[r];
        json_key_str(w, a->kpis[k].id);
        json_object_open(w);
        board_value(w, "value", &row->value);
        board_value(w, "compare", row->compare != NULL ? &row->compare->value : NULL);
        board_value(w, "relative", row->compare != NULL ? &row->compare->relative : NULL);
        json_object_close(w);
    }
    json_object_close(w);
}

/* Articles of the answer that are asked for. */
struct list {
    const struct board_page *page;
    struct answer *answer;
    struct titles titles;
};

static bool is_listed(const struct list *l, size_t r)
{
    const struct answer_row *row = &l->answer->kpis[0].rows[r];
    return !row->is_others && row->by[0].len > 0 && fits(&l->titles, row->by[0], l->page->q);
}

static void write_list(struct json_writer *w, const struct list *l, size_t limit, int64_t offset)
{
    const struct answer *a = l->answer;
    int64_t total = 0;
    size_t shown = 0;
    json_object_open(w);
    board_answer_range(w, a);
    json_add_str(w, "sales_currency", a->currency);
    json_key(w, "items");
    json_array_open(w);
    for (size_t r = 0; r < a->row_count; r++) {
        if (!is_listed(l, r) || total++ < offset || shown == limit)
            continue;
        json_object_open(w);
        write_head(w, &l->titles, a->kpis[0].rows[r].by[0]);
        write_values(w, a, r);
        json_object_close(w);
        shown++;
    }
    json_array_close(w);
    board_page_end(w, total, offset, shown);
    board_answer_end(w, a);
    json_object_close(w);
}

static enum status list_load(const struct board_ask *inside,
                             const struct board_range *range,
                             struct list *l,
                             struct error *why)
{
    str kpis[ARRAY_LEN(list_kpis)];
    const str by = STR("sku");
    const struct kpi_question q = {
        .kpis = kpis,
        .kpi_count = known_kpis(inside, list_kpis, ARRAY_LEN(list_kpis), kpis),
        .from = range->from,
        .to = range->to,
        .last = board_last(range),
        .period = range->period,
        .grain = STR("total"),
        .calendar = range->calendar,
        .by = &by,
        .by_count = 1,
        .where = range->where,
        .compare = range->compare,
        .basis = range->basis,
        .sort = l->page->sort.len > 0 ? l->page->sort : STR("-net_sales"),
        .stores = inside->stores,
        .store_count = inside->store_count,
        .lang = inside->lang,
        .now_us = inside->now_us,
    };
    const enum status st = query_ask(inside->context, &q, &l->answer, why);
    return st == STATUS_OK ? titles_load(inside, STR_EMPTY, &l->titles, why) : st;
}

/* list_free() in the end, after an error too. */
static enum status list_open(const struct board_ask *ask,
                             const struct board_range *range,
                             struct list *l,
                             struct error *why)
{
    struct query_context context;
    struct board_ask inside;
    enum status st = board_snapshot_begin(ask, &context, &inside, why);
    if (st != STATUS_OK)
        return st;
    st = list_load(&inside, range, l, why);
    board_snapshot_end(&inside);
    return st;
}

static void list_free(struct list *l)
{
    titles_free(&l->titles);
    answer_free(l->answer);
}

enum status board_products(const struct board_ask *ask,
                           const struct board_range *range,
                           const struct board_page *page,
                           struct json_writer *w,
                           struct error *why)
{
    struct list l = { .page = page };
    size_t limit = 0;
    int64_t offset = 0;
    enum status st = board_page_read(page, &limit, &offset, why);
    if (st == STATUS_OK)
        st = list_open(ask, range, &l, why);
    if (st == STATUS_OK)
        write_list(w, &l, limit, offset);
    list_free(&l);
    return st;
}

/* ---- the list as a file ---- */

static const struct head {
    const char *key;
    const char *head;
    size_t column;
    enum board_cell cell;
} heads[] = {
    { "sku", "SKU", PRODUCT_SKU, BOARD_TEXT },
    { "title", "title", PRODUCT_TITLE, BOARD_TEXT },
    { "category", "category", PRODUCT_CATEGORY, BOARD_TEXT },
    { "brand", "brand", PRODUCT_BRAND, BOARD_TEXT },
    { "variant", "variant", PRODUCT_VARIANT, BOARD_TEXT },
    { "price_currency", "currency of the price", PRODUCT_CURRENCY, BOARD_TEXT },
    { "price", "price", PRODUCT_PRICE, BOARD_MONEY },
};

/* The figure, and beside it what it is compared with. */
static size_t add_columns(struct arena *a, const struct answer *answer, struct board_column *out)
{
    static const char *const parts[] = { "compared", "relative" };
    static const char *const words[] = { "compared", "relative change" };
    size_t n = 0;
    for (size_t i = 0; i < ARRAY_LEN(heads); i++)
        out[n++] = (struct board_column){ str_from(heads[i].key),
                                          str_from(tr(answer->lang, heads[i].head)) };
    out[n++] = (struct board_column){ STR("sales_currency"),
                                      str_from(tr(answer->lang, "currency of the sales")) };
    for (size_t k = 0; k < answer->kpi_count; k++) {
        const struct answer_kpi *kpi = &answer->kpis[k];
        out[n++] = (struct board_column){ kpi->id, kpi->name };
        for (size_t i = 0; answer->compare_from != DAY_NONE && i < ARRAY_LEN(parts); i++)
            out[n++] = (struct board_column){
                arena_printf(a, "%.*s_%s", STR_ARG(kpi->id), parts[i]),
                arena_printf(a, "%.*s: %s", STR_ARG(kpi->name), tr(answer->lang, words[i])),
            };
    }
    return n;
}

static void add_figures(struct board_sheet *s, const struct answer *a, size_t r)
{
    for (size_t k = 0; k < a->kpi_count; k++) {
        const struct answer_row *row = &a->kpis[k].rows[r];
        board_sheet_value(s, &row->value);
        if (a->compare_from == DAY_NONE)
            continue;
        board_sheet_value(s, row->compare != NULL ? &row->compare->value : NULL);
        board_sheet_value(s, row->compare != NULL ? &row->compare->relative : NULL);
    }
}

static enum status add_article(struct board_sheet *s,
                               const struct list *l,
                               size_t r,
                               struct error *why)
{
    const str sku = l->answer->kpis[0].rows[r].by[0];
    const uint64_t *row = map_get(l->titles.rows, sku);
    for (size_t i = 0; i < ARRAY_LEN(heads); i++) {
        if (i == 0)
            board_sheet_text(s, sku);
        else if (row != NULL)
            board_sheet_cell(s, heads[i].cell, l->titles.frame, heads[i].column, *row);
        else
            board_sheet_value(s, NULL);
    }
    board_sheet_text(s, l->answer->currency);
    add_figures(s, l->answer, r);
    return board_sheet_row(s, why);
}

enum status board_products_file(const struct board_ask *ask,
                                const struct board_range *range,
                                const struct board_page *page,
                                const struct board_target *to,
                                struct error *why)
{
    struct board_column columns[ARRAY_LEN(heads) + 1 + ARRAY_LEN(list_kpis) * 3];
    struct list l = { .page = page };
    struct board_sheet s;
    struct arena *a = arena_new(0);
    enum status st = a != NULL ? list_open(ask, range, &l, why) : board_no_memory(why);
    if (st == STATUS_OK && l.answer != NULL) {
        const size_t n = add_columns(a, l.answer, columns);
        st = board_sheet_open(&s, ask, to, columns, n, why);
        for (size_t r = 0; r < l.answer->row_count && st == STATUS_OK; r++) {
            if (is_listed(&l, r))
                st = add_article(&s, &l, r, why);
        }
        st = board_sheet_close(&s, st, why);
    }
    list_free(&l);
    arena_free(a);
    return st;
}

/* ---- one article ---- */

/* "sku = 'X'": the quote is doubled inside (docs/kpi-language.md). */
static str where_sku(struct arena *a, str sku)
{
    struct buf text;
    buf_init(&text, 8192);
    buf_adds(&text, "sku = '");
    for (size_t i = 0; i < sku.len; i++) {
        if (sku.ptr[i] == '\'')
            buf_addc(&text, '\'');
        buf_addc(&text, sku.ptr[i]);
    }
    buf_addc(&text, '\'');
    const str out = arena_dup(a, buf_str(&text));
    buf_release(&text);
    return out.ptr != NULL ? out : STR_EMPTY;
}

static enum status write_months(const struct board_ask *ask,
                                str sku,
                                struct arena *arena,
                                struct json_writer *w,
                                struct error *why)
{
    str kpis[ARRAY_LEN(month_kpis)];
    struct answer *a = NULL;
    const int32_t today = board_today(ask);
    const int32_t first = day_add_months(period_start(today, PERIOD_MONTH, NULL), -12);
    const struct kpi_question q = { .kpis = kpis,
                                    .kpi_count =
                                        known_kpis(ask, month_kpis, ARRAY_LEN(month_kpis), kpis),
                                    .from = day_text(arena, first),
                                    .to = day_text(arena, today),
                                    .grain = STR("month"),
                                    .calendar = STR("gregorian"),
                                    .where = where_sku(arena, sku),
                                    .stores = ask->stores,
                                    .store_count = ask->store_count,
                                    .lang = ask->lang,
                                    .now_us = ask->now_us };
    const enum status st = query_ask(ask->context, &q, &a, why);
    json_key(w, "months");
    json_array_open(w);
    for (size_t r = 0; st == STATUS_OK && r < a->row_count; r++) {
        json_object_open(w);
        board_day(w, "time", a->kpis[0].rows[r].time);
        json_add_bool(w, "complete", a->kpis[0].rows[r].complete);
        for (size_t k = 0; k < a->kpi_count; k++) {
            json_key_str(w, a->kpis[k].id);
            if (a->kpis[k].rows[r].value.kind != VALUE_NONE)
                json_str(w, a->kpis[k].rows[r].value.text);
            else
                json_null(w);
        }
        json_object_close(w);
    }
    json_array_close(w);
    answer_free(a);
    return st;
}

static const struct board_member stock_members[] = {
    { "store", NULL, BOARD_TEXT },
    { "day", NULL, BOARD_DAY },
    { "on_hand", NULL, BOARD_COUNT },
};

static enum status write_stock(const struct board_ask *ask,
                               str sku,
                               struct json_writer *w,
                               struct error *why)
{
    struct sql q;
    sql_init(&q, SQL_DUCKDB);
    sql_add(&q,
            "SELECT \"store\", \"local_date\", \"on_hand\" FROM \"stock_level\" WHERE \"sku\" = ");
    sql_bind_text(&q, sku);
    board_add_scope(&q, ask, " AND ", STR_EMPTY);
    sql_add(&q, " AND \"local_date\" > (SELECT max(\"local_date\") FROM \"stock_level\"");
    board_add_scope(&q, ask, " WHERE ", STR_EMPTY);
    sql_add(&q, ") - 92 ORDER BY \"local_date\", \"store\"");
    return board_list(ask, &q, "stock", stock_members, ARRAY_LEN(stock_members), w, why);
}

static const struct board_member review_members[] = {
    { "at", NULL, BOARD_TIME },
    { "kind", NULL, BOARD_TEXT },
    { "score", NULL, BOARD_REAL },
    { "text", NULL, BOARD_TEXT },
};

static enum status write_reviews(const struct board_ask *ask,
                                 str sku,
                                 struct json_writer *w,
                                 struct error *why)
{
    struct sql q;
    struct frame *f = NULL;
    sql_init(&q, SQL_DUCKDB);
    sql_add(&q,
            "SELECT \"at\", \"kind\", \"score\", \"text\", count(*) OVER (), avg(\"score\") OVER ()"
            " FROM \"feedback\" WHERE \"sku\" = ");
    sql_bind_text(&q, sku);
    board_add_scope(&q, ask, " AND ", STR_EMPTY);
    sql_add(&q, " ORDER BY \"at\" DESC LIMIT 50");
    const enum status st = board_run(ask, &q, &f, why);
    if (st == STATUS_OK)
        board_items(w, "reviews", review_members, ARRAY_LEN(review_members), f);
    const bool some = st == STATUS_OK && frame_rows(f) > 0;
    json_add_i64(w, "review_count", some ? frame_i64(f, 4, 0) : 0);
    if (some)
        board_cell_real(w, "review_score", f, 5, 0);
    else
        json_add_null(w, "review_score");
    frame_free(f);
    return st;
}

static const struct board_member return_members[] = {
    { "reason", NULL, BOARD_TEXT },
    { "lines", NULL, BOARD_COUNT },
    { "units", NULL, BOARD_COUNT },
};

static enum status write_returns(const struct board_ask *ask,
                                 str sku,
                                 struct json_writer *w,
                                 struct error *why)
{
    struct sql q;
    sql_init(&q, SQL_DUCKDB);
    sql_add(&q,
            "SELECT nullif(\"reason\", ''), count(*), sum(-\"quantity\") FROM \"order_line\""
            " WHERE \"class\" = 'return' AND \"sku\" = ");
    sql_bind_text(&q, sku);
    board_add_scope(&q, ask, " AND ", STR_EMPTY);
    sql_add(&q, " GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 50");
    return board_list(ask, &q, "return_reasons", return_members, ARRAY_LEN(return_members), w, why);
}

/* It is in the product table or was sold, in the scope. */
static enum status check_known(const struct board_ask *ask,
                               const struct titles *t,
                               str sku,
                               struct error *why)
{
    struct sql q;
    struct frame *f = NULL;
    if (map_get(t->rows, sku) != NULL)
        return STATUS_OK;
    sql_init(&q, SQL_DUCKDB);
    sql_add(&q, "SELECT 1 FROM \"order_line\" WHERE \"sku\" = ");
    sql_bind_text(&q, sku);
    board_add_scope(&q, ask, " AND ", STR_EMPTY);
    sql_add(&q, " LIMIT 1");
    enum status st = board_run(ask, &q, &f, why);
    if (st == STATUS_OK && frame_rows(f) == 0)
        st = error_set(
            why, STATUS_NOT_FOUND, "there is no article \"%.*s\"", STR_ARG(str_first(sku, 80)));
    frame_free(f);
    return st;
}

static enum status write_product(const struct board_ask *ask,
                                 str sku,
                                 struct arena *arena,
                                 struct json_writer *w,
                                 struct error *why)
{
    struct titles t = { .frame = NULL };
    enum status st = titles_load(ask, sku, &t, why);
    if (st == STATUS_OK)
        st = check_known(ask, &t, sku, why);
    if (st == STATUS_OK) {
        const uint64_t *row = map_get(t.rows, sku);
        json_object_open(w);
        write_head(w, &t, sku);
        if (row != NULL) {
            board_cell_day(w, "launched", t.frame, PRODUCT_LAUNCHED, *row);
            board_cell_day(w, "retired", t.frame, PRODUCT_RETIRED, *row);
            board_cell_money(w, "cost", t.frame, PRODUCT_COST, *row);
        } else {
            json_add_null(w, "launched");
            json_add_null(w, "retired");
            json_add_null(w, "cost");
        }
        st = write_months(ask, sku, arena, w, why);
        if (st == STATUS_OK)
            st = write_stock(ask, sku, w, why);
        if (st == STATUS_OK)
            st = write_returns(ask, sku, w, why);
        if (st == STATUS_OK)
            st = write_reviews(ask, sku, w, why);
        json_object_close(w);
    }
    titles_free(&t);
    return st;
}

enum status board_product(const struct board_ask *ask,
                          str sku,
                          struct json_writer *w,
                          struct error *why)
{
    struct query_context context;
    struct board_ask inside = *ask;
    struct arena *arena = arena_new(0);
    enum status st =
        arena != NULL ? board_snapshot_begin(ask, &context, &inside, why) : board_no_memory(why);
    if (st == STATUS_OK) {
        st = write_product(&inside, sku, arena, w, why);
        board_snapshot_end(&inside);
    }
    arena_free(arena);
    return st;
}
