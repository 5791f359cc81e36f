/* shopvane settle: settlement files against orders, every difference with its reason. */
#include "cli/asking_priv.h"
#include "document/document.h"
#include "format/format.h"
#include "settle/settle.h"

#include <stddef.h>
#include <string.h>

#define TEXT_MAX ((size_t)256 * 1024 * 1024)

struct settle_options {
    struct ask_options ask;
    bool all;
};

#define AT(field) offsetof(struct settle_options, field)

static const struct option settle_option_rows[] = {
    ASK_STORE(struct settle_options),
    ASK_RANGE(struct settle_options),
    { "top", OPTION_COUNT, "N", "orders listed for each reason (default: 10)", AT(ask.top) },
    { "all", OPTION_FLAG, NULL, "list every order", AT(all) },
    ASK_FORMAT(struct settle_options),
};

static enum status parse_day(const char *option, const char *text, int32_t *out, struct error *why)
{
    if (day_parse(str_from(text), out))
        return STATUS_OK;
    return error_set(why,
                     STATUS_BAD_USAGE,
                     "%s \"%.*s\" is not a date such as 2010-12-01",
                     option,
                     STR_ARG(str_from(text)));
}

/* The range as given; without one the last 90 days, since platforms settle weeks later. */
static enum status range_of(const struct shop *s,
                            const struct settle_options *o,
                            struct day_range *out,
                            struct error *why)
{
    const struct period_rules rules = { .week_start = shop_settings(s)->week_start };
    const int32_t today = zone_day(shop_zone(s), clock_now_us());
    if (o->ask.period != NULL)
        return range_named(str_from(o->ask.period), today, &rules, out, why);
    if (o->ask.from == NULL && o->ask.to == NULL)
        return range_last(
            o->ask.last != NULL ? str_from(o->ask.last) : STR("90d"), today, out, why);
    *out = (struct day_range){ .from = today - 89, .to = today };
    enum status st = STATUS_OK;
    if (o->ask.to != NULL)
        st = parse_day("--to", o->ask.to, &out->to, why);
    out->from = out->to - 89;
    if (st == STATUS_OK && o->ask.from != NULL)
        st = parse_day("--from", o->ask.from, &out->from, why);
    if (st == STATUS_OK && out->from > out->to)
        st = error_set(why, STATUS_BAD_USAGE, "the range ends before it begins");
    return st;
}

static str text_of_money(struct arena *a, i128 amount_e4)
{
    struct buf text;
    buf_init(&text, 64);
    buf_add_money_grouped(&text, amount_e4, amount_e4 % 100 == 0 ? 2 : 4);
    const str out = arena_dup(a, buf_str(&text));
    buf_release(&text);
    return out.ptr != NULL ? out : STR_EMPTY;
}

/* ---- For people --------------------------------------------------------------------------------
 */

struct writing {
    struct document *d;
    struct arena *a;
    enum lang lang;
    const struct settle_report *r;
    int64_t top; /* negative: all */
};

static void words(struct writing *w, str text)
{
    document_cell(w->d, &(struct figure){ .kind = FIGURE_TEXT, .text = text });
}

static void money(struct writing *w, i128 amount_e4)
{
    document_cell(w->d,
                  &(struct figure){ .kind = FIGURE_MONEY,
                                    .text = text_of_money(w->a, amount_e4),
                                    .value = (double)amount_e4 / 10000 });
}

static void count(struct writing *w, int64_t n)
{
    document_cell(w->d,
                  &(struct figure){ .kind = FIGURE_COUNT,
                                    .text = arena_printf(w->a, "%lld", (long long)n),
                                    .value = (double)n });
}

static void table(struct writing *w, const char *const *heads, size_t n)
{
    str texts[8];
    BUG_IF(n > ARRAY_LEN(texts));
    for (size_t i = 0; i < n; i++)
        texts[i] = str_from(tr(w->lang, heads[i]));
    document_table(w->d, texts, n);
}

static void add_total(struct writing *w, const struct settle_total *t)
{
    static const char *const heads[] = { "", "orders", "amount" };
    i128 sum = t->expected_e4;
    document_heading(w->d, t->currency);
    table(w, heads, ARRAY_LEN(heads));
    words(w, str_from(tr(w->lang, "expected: receivable less refunds and fees by the rules")));
    count(w, t->orders);
    money(w, t->expected_e4);
    for (size_t i = 0; i < SETTLE_REASON_COUNT; i++) {
        if (t->count[i] == 0)
            continue;
        words(w, str_from(settle_reason_text((enum settle_reason)i, w->lang)));
        count(w, t->count[i]);
        money(w, t->gap_e4[i]);
        sum += t->gap_e4[i];
    }
    words(w, str_from(tr(w->lang, "booked by the platform")));
    words(w, STR_EMPTY);
    money(w, t->booked_e4);
    words(w, str_from(tr(w->lang, "not accounted for")));
    words(w, STR_EMPTY);
    money(w, t->booked_e4 - sum);
    document_sentence(w->d,
                      arena_printf(w->a,
                                   tr(w->lang, "%lld of %lld orders agree to the cent."),
                                   (long long)t->matched,
                                   (long long)t->orders));
}

/* The orders of one reason: the largest, and how many more there are. */
static void add_list(struct writing *w, size_t from, size_t to)
{
    static const char *const heads[] = { "store", "order",  "placed on", "",
                                         "due",   "booked", "difference" };
    const size_t n = to - from;
    const size_t shown = w->top >= 0 && n > (size_t)w->top ? (size_t)w->top : n;
    document_heading(w->d, str_from(settle_reason_text(w->r->items[from].reason, w->lang)));
    table(w, heads, ARRAY_LEN(heads));
    for (size_t i = from; i < from + shown; i++) {
        const struct settle_item *m = &w->r->items[i];
        words(w, m->store);
        words(w, m->order_id.len > 0 ? m->order_id : m->note);
        words(w, day_text(w->a, m->day));
        words(w, m->currency);
        money(w, m->due_e4);
        money(w, m->booked_e4);
        money(w, m->gap_e4);
    }
    if (shown < n)
        document_sentence(
            w->d,
            arena_printf(
                w->a, tr(w->lang, "and %zu more; --all lists them, --format csv too"), n - shown));
}

static enum status print_document(const struct command_env *env,
                                  struct writing *w,
                                  enum document_format format,
                                  struct error *why)
{
    struct buf out;
    const struct document_look look = { .colour = env->out_is_terminal };
    w->d = document_new(env->lang, str_from(tr(env->lang, "Settlement")));
    if (w->d == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    if (w->r->total_count == 0)
        document_sentence(w->d, str_from(tr(env->lang, "No order and no booking in this range.")));
    for (size_t i = 0; i < w->r->total_count; i++)
        add_total(w, &w->r->totals[i]);
    for (size_t i = 0, end = 0; i < w->r->count; i = end) {
        for (end = i; end < w->r->count && w->r->items[end].reason == w->r->items[i].reason;)
            end++;
        add_list(w, i, end);
    }
    buf_init(&out, TEXT_MAX);
    const enum status st = document_print(w->d, format, &look, &out, why);
    if (st == STATUS_OK)
        fwrite(out.data, 1, out.len, env->out);
    buf_release(&out);
    document_free(w->d);
    return st;
}

/* ---- For programs ------------------------------------------------------------------------------
 */

static void put_csv_amount(struct csv_writer *w, int64_t amount_e4)
{
    struct buf text;
    buf_init(&text, 64);
    buf_add_money(&text, amount_e4);
    csv_value(w, buf_str(&text));
    buf_release(&text);
}

static void print_csv(const struct command_env *env, struct arena *a, const struct settle_report *r)
{
    static const char *const heads[] = { "reason",   "store", "order",  "day",
                                         "currency", "due",   "booked", "difference" };
    struct csv_writer w;
    struct buf out;
    buf_init(&out, TEXT_MAX);
    csv_writer_init(&w, &out, 0);
    for (size_t i = 0; i < ARRAY_LEN(heads); i++)
        csv_value(&w, str_from(heads[i]));
    csv_end_row(&w);
    for (size_t i = 0; i < r->count; i++) {
        const struct settle_item *m = &r->items[i];
        csv_value(&w, str_from(settle_reason_name(m->reason)));
        csv_text(&w, m->store);
        csv_text(&w, m->order_id.len > 0 ? m->order_id : m->note);
        csv_value(&w, day_text(a, m->day));
        csv_text(&w, m->currency);
        put_csv_amount(&w, m->due_e4);
        put_csv_amount(&w, m->booked_e4);
        put_csv_amount(&w, m->gap_e4);
        csv_end_row(&w);
    }
    fwrite(out.data, 1, out.len, env->out);
    buf_release(&out);
}

static void put_amount(struct buf *out, const char *name, i128 amount_e4)
{
    buf_addf(out, "\"%s\":\"", name);
    buf_add_money(out, amount_e4);
    buf_addc(out, '"');
}

static void put_total(struct buf *out, const struct settle_total *t)
{
    bool first = true;
    buf_adds(out, "{\"currency\":");
    buf_add_json_str(out, t->currency);
    buf_addf(
        out, ",\"orders\":%lld,\"matched\":%lld,", (long long)t->orders, (long long)t->matched);
    put_amount(out, "expected", t->expected_e4);
    buf_addc(out, ',');
    put_amount(out, "booked", t->booked_e4);
    buf_adds(out, ",\"reasons\":{");
    for (size_t i = 0; i < SETTLE_REASON_COUNT; i++) {
        if (t->count[i] == 0)
            continue;
        buf_addf(out,
                 "%s\"%s\":{\"orders\":%lld,",
                 first ? "" : ",",
                 settle_reason_name((enum settle_reason)i),
                 (long long)t->count[i]);
        put_amount(out, "amount", t->gap_e4[i]);
        buf_addc(out, '}');
        first = false;
    }
    buf_adds(out, "}}");
}

static void print_json(const struct command_env *env, const struct settle_report *r)
{
    struct buf out;
    buf_init(&out, TEXT_MAX);
    buf_adds(&out, "{\"totals\":[");
    for (size_t i = 0; i < r->total_count; i++) {
        buf_adds(&out, i > 0 ? "," : "");
        put_total(&out, &r->totals[i]);
    }
    buf_adds(&out, "],\"items\":[");
    for (size_t i = 0; i < r->count; i++) {
        const struct settle_item *m = &r->items[i];
        buf_addf(&out,
                 "%s{\"reason\":\"%s\",\"store\":",
                 i > 0 ? "," : "",
                 settle_reason_name(m->reason));
        buf_add_json_str(&out, m->store);
        buf_adds(&out, ",\"order\":");
        buf_add_json_str(&out, m->order_id);
        buf_adds(&out, ",\"note\":");
        buf_add_json_str(&out, m->note);
        buf_adds(&out, ",\"day\":");
        if (m->day == DAY_NONE) {
            buf_adds(&out, "null");
        } else {
            buf_addc(&out, '"');
            buf_add_day(&out, m->day);
            buf_addc(&out, '"');
        }
        buf_adds(&out, ",\"currency\":");
        buf_add_json_str(&out, m->currency);
        buf_addc(&out, ',');
        put_amount(&out, "due", m->due_e4);
        buf_addc(&out, ',');
        put_amount(&out, "booked", m->booked_e4);
        buf_addc(&out, ',');
        put_amount(&out, "difference", m->gap_e4);
        buf_addc(&out, '}');
    }
    buf_adds(&out, "]}\n");
    fwrite(out.data, 1, out.len, env->out);
    buf_release(&out);
}

static enum status print_report(const struct command_env *env,
                                const struct settle_options *o,
                                struct arena *a,
                                const struct settle_report *r,
                                struct error *why)
{
    const str format = str_from(o->ask.format);
    struct writing w = {
        .a = a, .lang = env->lang, .r = r, .top = o->ask.top > 0 ? o->ask.top : 10
    };
    if (o->all)
        w.top = -1;
    if (str_is(format, "csv")) {
        print_csv(env, a, r);
        return STATUS_OK;
    }
    if (str_is(format, "json")) {
        print_json(env, r);
        return STATUS_OK;
    }
    return print_document(
        env, &w, str_is(format, "markdown") ? DOCUMENT_MARKDOWN : DOCUMENT_TEXT, why);
}

static enum status settle_run(struct command_env *env,
                              const void *options,
                              const struct arguments *args,
                              struct error *why)
{
    const struct settle_options *o = options;
    struct text_list stores = { .count = 0 };
    struct asking_env asking = { 0 };
    struct settle_report r = { .count = 0 };
    struct day_range range;
    struct arena *a = arena_new((size_t)1 << 30);
    (void)args;
    enum status st = a != NULL ? asking_open_stores(env, o->ask.store, &asking, &stores, why)
                               : error_set(why, STATUS_NO_MEMORY, "out of memory");
    if (st == STATUS_OK)
        st = range_of(asking.shop, o, &range, why);
    if (st == STATUS_OK) {
        const struct settle_question q = {
            .from = range.from, .to = range.to, .stores = stores.items, .store_count = stores.count
        };
        st = settle_check(asking.conn, &q, a, &r, why);
    }
    if (st == STATUS_OK)
        st = print_report(env, o, a, &r, why);
    if (st == STATUS_OK && r.unexplained > 0)
        st = error_set(why,
                       STATUS_BAD_INPUT,
                       "%lld bookings have no reason: what they are made of does not add up to "
                       "their net amount",
                       (long long)r.unexplained);
    asking_close(env, &asking);
    arena_free(a);
    return st;
}

const struct command command_settle = {
    .name = "settle",
    .summary = "settlement files against orders, each difference with its reason",
    .usage = "[--store NAME] [--last 90d | --from DATE --to DATE]",
    .examples = "shopvane settle --store douyin --period last-month\n"
                "shopvane settle --from 2026-06-01 --to 2026-06-30 --all\n"
                "shopvane settle --store jd --last 60d --format csv",
    .options = settle_option_rows,
    .option_count = ARRAY_LEN(settle_option_rows),
    .options_size = sizeof(struct settle_options),
    .run = settle_run,
};
