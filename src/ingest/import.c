/* One import from a path to a commit. */
#include "ingest/mapping/known_names_priv.h"

#include <string.h>

struct opened {
    struct reading_source source;
    const struct shop_store *store;
    struct mapping *mapping;
    struct reading *reading;
    struct zone *zone; /* of the file, when it is not the store's */
    struct known_names *names;
    struct buf notes;
};

static void close_opened(struct opened *o)
{
    buf_release(&o->notes);
    reading_close(o->reading);
    zone_close(o->zone);
    reading_source_close(&o->source);
}

enum status import_names_file(struct error *why, enum status st, const char *path)
{
    const str base = path_base(str_from(path));
    if (st == STATUS_OK || st == STATUS_QUARANTINED || st == STATUS_BAD_USAGE || why == NULL ||
        str_contains(str_from(why->text), base))
        return st;
    return error_set(why, st, "%.*s: %s", STR_ARG(base), why->text);
}

/* Of rows that name none, by --currency or the mapping; empty: the store's. */
static enum status check_currency(str code, struct error *why)
{
    bool good = code.len == 0 || code.len == 3;
    for (size_t i = 0; i < code.len; i++)
        good = good && code.ptr[i] >= 'A' && code.ptr[i] <= 'Z';
    return good ? STATUS_OK
                : error_set(why,
                            STATUS_BAD_USAGE,
                            "currency \"%.*s\" is not an ISO 4217 code of three capitals, such as "
                            "GBP or CNY",
                            STR_ARG(code));
}

/* What the file looks like before any mapping is known. */
static enum status choose(const char *path,
                          const struct import_options *o,
                          struct arena *a,
                          struct opened *out,
                          struct error *why)
{
    struct row_file *f = NULL;
    struct row_options ro = { .is_known = known_names_has };
    if (o->encoding != NULL && !row_encoding_parse(str_from(o->encoding), &ro.encoding))
        return error_set(
            why,
            STATUS_BAD_USAGE,
            "no encoding \"%s\"; use utf-8, utf-16le, utf-16be, gb18030 or windows-1252",
            o->encoding);
    ro.sheet = o->sheet;
    enum status st = known_names_new(a, &out->names, why);
    ro.known_self = out->names;
    if (st == STATUS_OK)
        st = row_file_open(path, &ro, &f, why);
    if (st != STATUS_OK)
        return st;
    const struct row_shape *shape = row_file_shape(f);
    const str base = path_base(str_from(path));
    if (shape->is_empty)
        st = error_set(why, STATUS_BAD_INPUT, "%.*s: the file is empty", STR_ARG(base));
    else
        st = mapping_choose(shape, o, a, &out->mapping, &out->notes, why);
    row_file_close(f);
    if (st != STATUS_OK)
        return st;
    known_names_add(out->names, out->mapping);
    if (o->sheet != NULL)
        out->mapping->rows.sheet = o->sheet;
    if (o->timezone != NULL)
        out->mapping->timezone = str_from(o->timezone);
    if (o->currency != NULL)
        out->mapping->currency = str_from(o->currency);
    return check_currency(out->mapping->currency, why);
}

/* Rows of the table belong to the whole shop, and who imports may change one store alone. */
static enum status check_reach(const struct import_options *o,
                               const struct table *t,
                               struct error *why)
{
    if (!o->one_store || t == NULL || table_column(t, STR("store")) != NULL)
        return STATUS_OK;
    return error_set(why,
                     STATUS_FORBIDDEN,
                     "%s is of the whole shop: somebody who sees all stores has to import it",
                     t->name);
}

static enum status open_import(struct shop *s,
                               const char *path,
                               const struct import_options *o,
                               struct arena *a,
                               struct opened *out,
                               struct error *why)
{
    enum status st =
        shop_store_get(s, str_from(o->store != NULL ? o->store : "main"), &out->store, why);
    if (st == STATUS_OK)
        st = reading_source_open(s, path, 0, a, &out->source, why);
    if (st == STATUS_OK)
        st = choose(out->source.path, o, a, out, why);
    if (st == STATUS_OK)
        st = check_reach(o, out->mapping->target.table, why);
    if (st == STATUS_OK && out->mapping->timezone.len > 0 &&
        !str_eq(out->mapping->timezone, out->store->timezone))
        st = zone_open(out->mapping->timezone, &out->zone, why);
    if (st != STATUS_OK)
        return st;
    const struct reading_from from = { .path = out->source.path,
                                       .name = path_base(str_from(path)),
                                       .mapping = out->mapping,
                                       .options = o,
                                       .store = out->store,
                                       .zone = out->zone != NULL ? out->zone : out->store->zone,
                                       .names = out->names };
    return reading_open(&from, &out->reading, &out->notes, why);
}

/* The same bytes into the same store as the same target. */
static enum status find_same(struct import_job *j, str sha256, int64_t *out, struct error *why)
{
    struct frame *f = NULL;
    const struct param params[] = {
        { .type = PARAM_TEXT, .text = sha256 },
        { .type = PARAM_TEXT, .text = j->store->name },
        { .type = PARAM_TEXT, .text = str_from(j->mapping->target.name) },
    };
    const enum status st =
        conn_query(j->conn,
                   STR("SELECT max(import_id) FROM import WHERE sha256 = $1 AND store = $2 AND "
                       "target = $3 AND undone_at IS NULL"),
                   params,
                   ARRAY_LEN(params),
                   &f,
                   why);
    if (st != STATUS_OK)
        return st;
    *out = frame_is_null(f, 0, 0) ? 0 : frame_i64(f, 0, 0);
    frame_free(f);
    return STATUS_OK;
}

/* After orders were booked as deleted at the platform, a page that it told before is looked at once
 * more: it may tell that one of them is there again, or its refunds. Versions decide. */
static enum status is_news(struct import_job *j, bool *out, struct error *why)
{
    int64_t booked = 0;
    *out = false;
    const str target = str_from(j->mapping->target.name);
    if (!mapping_is_api(j->mapping) || j->result->already == 0 ||
        !(str_is(target, "order_lines") || str_is(target, "refund")))
        return STATUS_OK;
    const str sql = arena_printf(
        j->arena,
        "SELECT count(*) FROM (SELECT import_id, cancel_reason FROM orders UNION ALL SELECT "
        "import_id, cancel_reason FROM orders_old) WHERE cancel_reason = '" INGEST_GONE
        "' AND import_id > %lld",
        (long long)j->result->already);
    const enum status st = sql.len > 0 ? job_count(j, sql.ptr, &booked, why)
                                       : error_set(why, STATUS_NO_MEMORY, "out of memory");
    *out = booked > 0;
    return st;
}

static enum status begin(struct import_job *j, struct error *why)
{
    int64_t last = 0;
    enum status st = job_count(j, "SELECT coalesce(max(import_id), 0) FROM import", &last, why);
    j->import_id = j->result->import_id = last + 1;
    if (st == STATUS_OK)
        st = job_begin(j, why);
    if (st == STATUS_OK)
        st = job_exec(j,
                      why,
                      "%s",
                      "CREATE OR REPLACE TEMP TABLE left_out (class VARCHAR, currency VARCHAR, "
                      "quantity BIGINT, gross_e4 BIGINT, row_no BIGINT);"
                      "CREATE OR REPLACE TEMP TABLE left_for (row_no BIGINT, import_id UINTEGER);"
                      "CREATE OR REPLACE TEMP TABLE refused_later (row_no BIGINT, line_no BIGINT, "
                      "column_name VARCHAR, value VARCHAR, reason VARCHAR, gross BIGINT)");
    return st;
}

/* Figures of periods reach to the period's end. */
static const char *last_day_column(const struct table *t)
{
    static const char *const of_periods[] = { "ad_spend", "platform_stat" };
    for (size_t i = 0; t != NULL && i < ARRAY_LEN(of_periods); i++) {
        if (strcmp(t->name, of_periods[i]) == 0)
            return "end_date";
    }
    return t != NULL ? t->date_column : "local_date";
}

/* First and last date of what came in, for the import's row and the watermarks. */
static enum status read_range(struct import_job *j, struct error *why)
{
    const struct table *t = j->mapping->target.table;
    struct frame *f = NULL;
    if (t != NULL && t->date_column == NULL)
        return STATUS_OK;
    const str sql = arena_printf(
        j->arena,
        "SELECT min(\"%s\"), max(\"%s\") FROM \"%s\" WHERE import_id = getvariable('import_id')",
        t != NULL ? t->date_column : "local_date",
        last_day_column(t),
        t != NULL ? t->name : "order_line");
    const enum status st = conn_query(j->conn, sql, NULL, 0, &f, why);
    if (st != STATUS_OK)
        return st;
    if (!frame_is_null(f, 0, 0)) {
        j->result->from = (int32_t)frame_i64(f, 0, 0);
        j->result->to = (int32_t)frame_i64(f, 1, 0);
    }
    frame_free(f);
    return STATUS_OK;
}

static enum status write_watermark(struct import_job *j,
                                   const char *table,
                                   int32_t until,
                                   struct error *why)
{
    const struct param params[] = { { .type = PARAM_TEXT, .text = str_from(table) },
                                    { .type = PARAM_DAY, .i64 = until } };
    return conn_query(
        j->conn,
        STR("INSERT INTO watermark SELECT getvariable('store'), $1, getvariable('source'), "
            "greatest($2::DATE, max(complete_until)) FROM watermark WHERE "
            "store = getvariable('store') AND table_name = $1 AND source = getvariable('source')"),
        params,
        ARRAY_LEN(params),
        NULL,
        why);
}

static enum status write_watermarks(struct import_job *j, int32_t as_of, struct error *why)
{
    const struct table *t = j->mapping->target.table;
    const int32_t until = as_of > j->result->to ? as_of : j->result->to;
    if (until == DAY_NONE)
        return STATUS_OK;
    enum status st = write_watermark(j, t != NULL ? t->name : "orders", until, why);
    if (st == STATUS_OK && t == NULL)
        st = write_watermark(j, "order_line", until, why);
    if (st == STATUS_OK && t != NULL && strcmp(t->name, "event") == 0)
        st = write_watermark(j, "session", until, why);
    return st;
}

static struct param day_param(int32_t day)
{
    return day == DAY_NONE ? (struct param){ .type = PARAM_NULL }
                           : (struct param){ .type = PARAM_DAY, .i64 = day };
}

/* How the file was read, for rows of it that are repaired: few rows may show less than all did. Of
 * a preset, whether days or months stand first, and the decimal mark; else the whole mapping. */
static str read_as(const struct import_job *j)
{
    struct mapping m = *j->mapping;
    struct buf text;
    m.date_order = reading_date_order(j->reading);
    m.decimal_mark = reading_decimal_mark(j->reading);
    m.fill_ids = false; /* refused rows have their order's number */
    m.rows = (struct row_options){ .expand = m.rows.expand }; /* what holds the rows is ours then */
    buf_init(&text, (size_t)1024 * 1024);
    if (!m.is_preset)
        mapping_write(&m, &text);
    if (m.is_preset && m.date_order.len > 0)
        yaml_write_pair(&text, 0, STR("date_order"), m.date_order);
    if (m.is_preset && m.decimal_mark.len > 0)
        yaml_write_pair(&text, 0, STR("decimal_mark"), m.decimal_mark);
    const str kept = buf_ok(&text) ? arena_dup(j->arena, buf_str(&text)) : STR_EMPTY;
    buf_release(&text);
    return kept;
}

static enum status write_import(struct import_job *j, str sha256, uint64_t bytes, struct error *why)
{
    const struct import_result *r = j->result;
    const struct param params[] = {
        { .type = PARAM_I64, .i64 = j->options->now_us },
        { .type = PARAM_TEXT, .text = r->file },
        { .type = PARAM_TEXT, .text = sha256 },
        { .type = PARAM_I64, .i64 = (int64_t)bytes },
        { .type = PARAM_TEXT, .text = r->target },
        { .type = PARAM_TEXT, .text = r->encoding },
        { .type = PARAM_I64, .i64 = r->rows_read },
        { .type = PARAM_I64, .i64 = r->rows_refused },
        { .type = PARAM_I64, .i64 = r->orders_new },
        { .type = PARAM_I64, .i64 = r->orders_changed },
        day_param(r->from),
        day_param(r->to),
        { .type = PARAM_TEXT, .text = r->notes },
        { .type = PARAM_TEXT, .text = reading_header(j->reading, j->arena) },
        { .type = PARAM_I64, .i64 = j->options->repairs },
        { .type = PARAM_TEXT, .text = merge_line_amounts(j) },
        { .type = PARAM_TEXT, .text = read_as(j) },
    };
    return conn_query(
        j->conn,
        STR("INSERT INTO import BY NAME SELECT import_id, $1 AS \"at\", store, source AS "
            "preset, $2 AS file, $3 AS sha256, $4 AS bytes, version AS as_of, "
            "$5 AS target, $6 AS encoding, $7 AS rows_read, $8 AS rows_refused, "
            "$9 AS orders_new, $10 AS orders_changed, $11::DATE AS from_date, "
            "$12::DATE AS to_date, $13 AS note, nullif($14, '') AS header, nullif($15, 0) AS "
            "repairs, $16 AS line_amounts, nullif($17, '') AS mapping FROM job"),
        params,
        ARRAY_LEN(params),
        NULL,
        why);
}

static void tell(const struct import_options *o, const char *what)
{
    if (o->progress != NULL)
        o->progress->step(o->progress->self, what, 0, 0);
}

/* What rows without a preset showed of their amounts. */
static void tell_amounts(struct import_job *j, const struct reading_counts *c, enum lang lang)
{
    job_note(j,
             c->net,
             "the amount is quantity x price less the discount in %lld rows: it is not "
             "taken off again\n",
             lang);
    job_note(j,
             c->odd,
             "%lld rows with a discount have an amount that is neither quantity x price nor "
             "that less the discount; it counts as before the discount\n",
             lang);
    job_note(j,
             c->removed,
             "%lld lines were taken out of their orders (quantity 0): they count nowhere\n",
             lang);
    job_note(j,
             c->odd_totals,
             "%lld totals are less than the shipping and tax beside them: they count as they are, "
             "and these do not\n",
             lang);
    job_note(j,
             c->as_others,
             "in %lld rows the rounded price leaves open whether the discount is in the "
             "amount; read as after it, as other rows of the file show\n",
             lang);
    job_note(j,
             c->open,
             "in %lld rows the rounded price leaves open whether the discount is in the "
             "amount, and no row of the file shows it; read as before the discount\n",
             lang);
}

/* The file's rows into the stage, outside any transaction of the facts. */
static enum status fill_stage(struct import_job *j, struct reading *reading, struct error *why)
{
    enum status st = stage_open(j, why);
    if (st == STATUS_OK)
        st = reading_stage(reading, j->conn, j->options->progress, why);
    const struct reading_counts counts = reading_counts(reading);
    if (counts.masked > 0)
        buf_addf(j->notes,
                 tr(why->lang,
                    "%lld rows hide the buyer's name: no buyer id in them, so no repeat buyers\n"),
                 (long long)counts.masked);
    job_note(j,
             counts.filled,
             "%lld rows without an order's number are lines of the order above them\n",
             why->lang);
    tell_amounts(j, &counts, why->lang);
    j->result->rows_read = counts.rows;
    j->result->source_amount_e4 = counts.amount_e4;
    tell(j->options, "merging");
    if (st == STATUS_OK && counts.title > 0)
        st = job_exec(j,
                      why,
                      "INSERT INTO left_out SELECT 'title', NULL, NULL, NULL, 0 FROM range(%lld)",
                      (long long)counts.title);
    if (st == STATUS_OK && counts.empty > 0)
        st = job_exec(j,
                      why,
                      "INSERT INTO left_out SELECT 'empty', NULL, NULL, NULL, 0 FROM range(%lld)",
                      (long long)counts.empty);
    if (st == STATUS_OK)
        st = stage_view(j, why);
    if (st == STATUS_OK)
        st = merge_fill_products(j, why);
    if (st == STATUS_OK)
        st = exclude_rows(j, why);
    if (st == STATUS_OK)
        st = j->mapping->target.table == NULL ? prepare_order_lines(j, why)
                                              : merge_prepare_table(j, why);
    if (st == STATUS_OK)
        st = summaries_close(j, j->notes, why);
    return st;
}

/* Everything between begin and commit. */
static enum status fill_shop(
    struct import_job *j, str sha256, uint64_t bytes, int32_t as_of, struct error *why)
{
    int64_t version = 0;
    enum status st =
        j->mapping->target.table == NULL ? merge_order_lines(j, why) : merge_table(j, why);
    tell(j->options, "closing the ledger");
    if (st == STATUS_OK)
        st = exclude_close(j, why);
    if (st == STATUS_OK)
        st = merge_close_voids(j, why);
    if (st == STATUS_OK)
        st = refusals_store(j, why);
    if (st == STATUS_OK)
        st = repair_close(j, why);
    if (st == STATUS_OK)
        st = ledger_store(j, why);
    if (st == STATUS_OK)
        st = merge_overlap_store(j, why);
    if (st == STATUS_OK)
        st = read_range(j, why);
    j->result->notes = arena_dup(j->arena, buf_str(j->notes));
    if (st == STATUS_OK)
        st = write_watermarks(j, as_of, why);
    if (st == STATUS_OK)
        st = write_import(j, sha256, bytes, why);
    if (st == STATUS_OK)
        st = shop_bump_version(j->conn, "import", &version, why);
    return st;
}

static enum status read_as_of(const struct import_options *o,
                              int64_t *version,
                              int32_t *day,
                              struct error *why)
{
    *day = DAY_NONE;
    if (o->repairs == 0) /* else as old as the import whose rows they are */
        *version = o->now_us;
    if (o->as_of == NULL)
        return STATUS_OK;
    if (!day_parse(str_from(o->as_of), day))
        return error_set(
            why, STATUS_BAD_USAGE, "--as-of wants a date such as 2010-12-01, not \"%s\"", o->as_of);
    *version = (int64_t)*day * US_PER_DAY;
    return STATUS_OK;
}

static enum status run_job(struct import_job *j,
                           struct opened *o,
                           const char *path,
                           struct error *why)
{
    char sha256[65];
    uint64_t bytes = 0;
    int32_t as_of = DAY_NONE;
    enum status st = read_as_of(j->options, &j->version, &as_of, why);
    if (st == STATUS_OK)
        st = file_sha256(path, sha256, &bytes, why);
    /* sheets of one file are told apart */
    const str content = j->options->sheet == NULL
                            ? str_from(sha256)
                            : arena_printf(j->arena, "%s#%s", sha256, j->options->sheet);
    if (st == STATUS_OK)
        st = find_same(j, content, &j->result->already, why);
    bool news = false;
    if (st == STATUS_OK)
        st = is_news(j, &news, why);
    if (st == STATUS_OK && !news && !j->options->again)
        st = merge_overlap_fills(j, &news, why);
    if (st != STATUS_OK || (j->result->already > 0 && !j->options->again && !news))
        return st;
    if (j->fills > 0)
        buf_addf(j->notes,
                 tr(why->lang,
                    "the file is in as import #%lld; what it shared with an import that was undone "
                    "since comes in now\n"),
                 (long long)j->fills);
    j->result->already = 0;
    st = begin(j, why);
    if (st == STATUS_OK)
        st = fill_stage(j, o->reading, why);
    if (st == STATUS_OK)
        st = conn_begin(j->conn, why);
    if (st == STATUS_OK)
        st = fill_shop(j, content, bytes, as_of, why);
    if (st == STATUS_OK && !j->options->dry_run)
        st = conn_commit(j->conn, why);
    conn_rollback(j->conn);
    stage_close(j);
    return st;
}

enum status import_run(struct shop *s,
                       const char *path,
                       const struct import_options *opt,
                       struct arena *a,
                       struct import_result *out,
                       struct error *why)
{
    struct opened o = { 0 };
    struct import_result r = { .from = DAY_NONE, .to = DAY_NONE };
    struct import_options options = *opt;
    struct import_job j = {
        .shop = s, .conn = shop_writer(s), .options = &options, .arena = a, .result = &r
    };
    const int64_t start = clock_now_us();
    buf_init(&o.notes, (size_t)64 * 1024);
    enum status st = repair_find(s, path, a, &options, &j.version, why);
    if (st == STATUS_OK)
        st = open_import(s, path, &options, a, &o, why);
    if (st == STATUS_OK) {
        j.store = o.store;
        j.mapping = o.mapping;
        j.reading = o.reading;
        j.currency = reading_currency(o.reading);
        j.notes = &o.notes;
        reading_tell_signs(o.reading, j.currency, &o.notes, why->lang);
        const struct row_shape *shape = reading_shape(o.reading);
        r.preset = arena_dup(a, o.mapping->name);
        r.target = str_from(o.mapping->target.name);
        r.file = options.name != NULL ? arena_dup(a, str_from(options.name))
                                      : arena_dup(a, path_base(str_from(path)));
        r.encoding = str_from(row_encoding_name(shape->encoding));
        r.format =
            str_from(row_format_name(o.source.is_parquet ? ROW_FORMAT_PARQUET : shape->format));
        r.notes = STR_EMPTY;
        st = run_job(&j, &o, path, why);
    }
    close_opened(&o);
    r.elapsed_us = clock_now_us() - start;
    if (st != STATUS_OK)
        return import_names_file(why, st, path);
    *out = r;
    return r.rows_refused > 0 ? STATUS_QUARANTINED : STATUS_OK;
}

enum status import_rank(
    struct shop *s, const char *path, const struct import_options *opt, int *out, struct error *why)
{
    struct opened o = { 0 };
    struct import_options options = *opt;
    int64_t version = 0;
    struct arena *a = arena_new(0);
    if (a == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    buf_init(&o.notes, (size_t)64 * 1024);
    enum status st = repair_find(s, path, a, &options, &version, why);
    if (st == STATUS_OK)
        st = reading_source_open(s, path, HEAD_ROWS, a, &o.source, why);
    if (st == STATUS_OK)
        st = choose(o.source.path, &options, a, &o, why);
    if (st == STATUS_OK) {
        const struct mapping *m = o.mapping;
        bool has_date = m->target.table != NULL;
        for (size_t i = 0; i < m->column_count; i++)
            has_date = has_date || str_is(m->columns[i].field, "placed_at");
        *out = m->target.rank * 2 + !has_date; /* lines without dates after their orders */
    }
    close_opened(&o);
    arena_free(a);
    return import_names_file(why, st, path);
}
