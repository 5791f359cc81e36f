/* A mapping's sums, rules, checks and measures, on the columns of one file. */
#include "commerce/platform.h"
#include "ingest/reading/reading_priv.h"

#include <stdio.h>

static str text_at(const struct row *row, size_t source)
{
    return source < row->n ? value_unwrap(row->fields[source]) : STR_EMPTY;
}

/* ---- Setting up ------------------------------------------------------------------------------ */

/* Columns that this export does not have are left out. *missing counts them. */
static struct reading_terms terms_of(struct reading *r,
                                     struct mapping_terms from,
                                     struct mapping_terms minus,
                                     size_t *missing)
{
    struct reading_term *items = ARENA_NEW(r->arena, struct reading_term, from.n + minus.n + 1);
    struct reading_terms out = { items, 0 };
    for (size_t i = 0; items != NULL && i < from.n + minus.n; i++) {
        const struct mapping_term *t = i < from.n ? &from.items[i] : &minus.items[i - from.n];
        const size_t source = reading_source_column(r, t->column);
        if (source == NO_COLUMN)
            (*missing)++;
        else
            items[out.n++] =
                (struct reading_term){ source, t->is_minus != (i >= from.n), t->is_size };
    }
    return out;
}

static enum status open_sums(struct reading *r, struct error *why)
{
    const struct mapping *m = r->mapping;
    for (size_t i = 0; i < m->sum_count; i++) {
        const struct mapping_terms none = { NULL, 0 };
        size_t missing = 0;
        size_t at = 0;
        const struct reading_terms terms = terms_of(r, m->sums[i].terms, none, &missing);
        if (terms.n == 0)
            continue;
        const enum status st = reading_add_field(r, m->sums[i].field, STR_EMPTY, &at, why);
        if (st != STATUS_OK)
            return st;
        if (r->columns[at].source == NO_COLUMN) /* a column of the file goes before */
            r->columns[at].sum = terms;
    }
    return STATUS_OK;
}

/* A check holds for files that have all of its columns. */
static void open_checks(struct reading *r)
{
    const struct mapping *m = r->mapping;
    for (size_t i = 0; i < m->check_count; i++) {
        size_t missing = 0;
        const struct reading_terms terms =
            terms_of(r, m->checks[i].left, m->checks[i].right, &missing);
        if (missing == 0)
            r->checks[r->check_count++] = (struct reading_check){ m->checks[i].name, terms };
    }
}

static enum status open_conditions(struct reading *r,
                                   const struct row_rule *from,
                                   struct reading_rule *out,
                                   bool *is_here,
                                   struct error *why)
{
    struct reading_condition *when =
        ARENA_NEW(r->arena, struct reading_condition, from->when_count + 1);
    if (when == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    *is_here = true;
    for (size_t i = 0; i < from->when_count; i++) {
        when[i] = (struct reading_condition){ reading_source_column(r, from->when[i].column),
                                              from->when[i].patterns };
        *is_here = *is_here && when[i].source != NO_COLUMN;
    }
    out->when = when;
    out->when_count = from->when_count;
    return STATUS_OK;
}

static enum status open_actions(struct reading *r,
                                const struct row_rule *from,
                                struct reading_rule *out,
                                struct error *why)
{
    struct reading_set *set =
        ARENA_NEW(r->arena, struct reading_set, from->set.n + from->clear.n + 1);
    struct reading_set *copy = ARENA_NEW(r->arena, struct reading_set, from->copy.n + 1);
    size_t *negate = ARENA_NEW(r->arena, size_t, from->negate.n + from->negative.n + 1);
    enum status st = set == NULL || copy == NULL || negate == NULL
                         ? error_set(why, STATUS_NO_MEMORY, "out of memory")
                         : STATUS_OK;
    for (size_t i = 0; st == STATUS_OK && i < from->set.n; i++) {
        st = reading_add_field(r, from->set.items[i].key, STR_EMPTY, &set[i].to, why);
        set[i].text = from->set.items[i].value;
    }
    for (size_t i = 0; st == STATUS_OK && i < from->clear.n; i++) {
        st = reading_add_field(r, from->clear.items[i], STR_EMPTY, &set[from->set.n + i].to, why);
        set[from->set.n + i].text = STR_EMPTY;
    }
    for (size_t i = 0; st == STATUS_OK && i < from->copy.n; i++) {
        st = reading_add_field(r, from->copy.items[i].key, STR_EMPTY, &copy[i].to, why);
        if (st == STATUS_OK)
            st = reading_add_field(r, from->copy.items[i].value, STR_EMPTY, &copy[i].from, why);
    }
    for (size_t i = 0; st == STATUS_OK && i < from->negate.n; i++)
        st = reading_add_field(r, from->negate.items[i], STR_EMPTY, &negate[i], why);
    for (size_t i = 0; st == STATUS_OK && i < from->negative.n; i++)
        st = reading_add_field(
            r, from->negative.items[i], STR_EMPTY, &negate[from->negate.n + i], why);
    out->set = set;
    out->set_count = from->set.n + from->clear.n;
    out->copy = copy;
    out->copy_count = from->copy.n;
    out->negate = negate;
    out->negate_always = from->negate.n;
    out->negate_count = from->negate.n + from->negative.n;
    return st;
}

static enum status open_rules(struct reading *r, struct error *why)
{
    const struct mapping *m = r->mapping;
    for (size_t i = 0; i < m->row_rule_count; i++) {
        struct reading_rule *rule = &r->rules_of_row[r->rule_count];
        bool is_here = false;
        enum status st = open_conditions(r, &m->row_rules[i], rule, &is_here, why);
        if (st == STATUS_OK && is_here)
            st = open_actions(r, &m->row_rules[i], rule, why);
        if (st != STATUS_OK)
            return st;
        r->rule_count += is_here;
    }
    return STATUS_OK;
}

static enum status open_measures(struct reading *r, struct error *why)
{
    const struct mapping *m = r->mapping;
    struct reading_unpivot *u = &r->unpivot;
    if (m->unpivot_count == 0)
        return STATUS_OK;
    for (size_t i = 0; i < m->unpivot_count; i++) {
        const size_t source = reading_source_column(r, m->unpivot[i].key);
        if (source != NO_COLUMN)
            u->items[u->n++] = (struct reading_measure){
                source,
                m->unpivot[i].value,
                platform_measure(m->unpivot[i].value)->unit == PLATFORM_FRACTION,
            };
    }
    if (u->n == 0)
        return error_set(why,
                         STATUS_BAD_INPUT,
                         "%.*s: the file has none of the columns that are measures",
                         STR_ARG(m->name));
    const enum status st = reading_add_field(r, STR("measure"), STR_EMPTY, &u->measure, why);
    return st == STATUS_OK ? reading_add_field(r, STR("value"), STR_EMPTY, &u->value, why) : st;
}

enum status reading_rules_open(struct reading *r, struct error *why)
{
    const struct mapping *m = r->mapping;
    size_t at = 0;
    enum status st = open_sums(r, why);
    open_checks(r);
    if (st == STATUS_OK && m->discount_from_total && m->target.table == NULL) /* merging fills it */
        st = reading_add_field(r, STR("order_discount"), STR_EMPTY, &at, why);
    if (st == STATUS_OK)
        st = open_rules(r, why);
    if (st == STATUS_OK)
        st = open_measures(r, why);
    for (size_t i = 0; st == STATUS_OK && i < m->words_count; i++) {
        for (size_t k = 0; k < r->count; k++) {
            if (str_is(m->words[i].field, r->columns[k].field->name))
                r->columns[k].words = m->words[i].pairs;
        }
    }
    return st;
}

/* ---- A row ----------------------------------------------------------------------------------- */

static bool condition_holds(const struct reading_condition *c, const struct row *row)
{
    const str text = text_at(row, c->source);
    for (size_t i = 0; i < c->patterns.n; i++) {
        if (mapping_pattern_fits(c->patterns.items[i], text))
            return true;
    }
    return false;
}

static str word_meaning(const struct reading_column *c, str text)
{
    const str bare = value_unwrap(text);
    for (size_t i = 0; i < c->words.n; i++) {
        if (mapping_pattern_fits(c->words.items[i].key, bare))
            return c->words.items[i].value;
    }
    return text;
}

static bool rule_holds(const struct reading_rule *rule, const struct row *row)
{
    bool holds = true;
    for (size_t k = 0; k < rule->when_count && holds; k++)
        holds = condition_holds(&rule->when[k], row);
    return holds;
}

unsigned reading_rules_texts(struct reading_worker *w, const struct row *row)
{
    const struct reading *r = w->reading;
    unsigned holding = 0;
    for (size_t i = 0; i < r->count; i++) {
        const struct reading_column *c = &r->columns[i];
        w->texts[i] = c->source == NO_COLUMN ? c->constant
                      : c->source < row->n   ? row->fields[c->source]
                                             : STR_EMPTY;
        for (size_t k = 0; k < c->other_count && value_unwrap(w->texts[i]).len == 0; k++)
            w->texts[i] = c->others[k] < row->n ? row->fields[c->others[k]] : STR_EMPTY;
        if (c->words.n > 0)
            w->texts[i] = word_meaning(c, w->texts[i]);
    }
    for (size_t i = 0; i < r->rule_count; i++) {
        const struct reading_rule *rule = &r->rules_of_row[i];
        if (!rule_holds(rule, row))
            continue;
        holding |= 1U << i;
        for (size_t k = 0; k < rule->set_count; k++)
            w->texts[rule->set[k].to] = rule->set[k].text;
    }
    return holding;
}

const char *reading_sum(const struct reading_worker *w,
                        const struct row *row,
                        struct reading_terms terms,
                        struct cell *out,
                        size_t *column)
{
    i128 sum = 0;
    *out = (struct cell){ .is_null = true };
    for (size_t i = 0; i < terms.n; i++) {
        const struct reading_term *t = &terms.items[i];
        struct cell one;
        const char *reason =
            value_read(FIELD_MONEY, &w->reading->rules, NULL, NULL, text_at(row, t->source), &one);
        if (reason != NULL) {
            *column = t->source;
            return reason;
        }
        if (one.is_null)
            continue;
        out->is_null = false;
        const int64_t amount = t->is_size && one.i64 < 0 ? -one.i64 : one.i64;
        sum += t->is_minus ? -amount : amount;
    }
    if (sum > MONEY_MAX_E4 || sum < -MONEY_MAX_E4)
        return "an amount above 100,000,000,000,000 units";
    out->i64 = (int64_t)sum;
    return NULL;
}

static void negate(struct cell *c)
{
    c->i64 = -c->i64;
    c->rest = -c->rest;
}

void reading_rules_cells(struct reading_worker *w, unsigned holding)
{
    const struct reading *r = w->reading;
    for (size_t i = 0; i < r->rule_count; i++) {
        const struct reading_rule *rule = &r->rules_of_row[i];
        if ((holding & 1U << i) == 0)
            continue;
        for (size_t k = 0; k < rule->copy_count; k++)
            w->cells[rule->copy[k].to] = w->cells[rule->copy[k].from];
        for (size_t k = 0; k < rule->negate_count; k++) {
            struct cell *c = &w->cells[rule->negate[k]];
            if (k < rule->negate_always || c->i64 > 0 || (c->i64 == 0 && c->rest > 0))
                negate(c);
        }
    }
}

bool reading_rules_negate(const struct reading *r,
                          const struct row *row,
                          size_t column,
                          bool is_positive)
{
    bool is_negated = false;
    for (size_t i = 0; i < r->rule_count; i++) {
        const struct reading_rule *rule = &r->rules_of_row[i];
        for (size_t k = 0; k < rule->negate_count; k++) {
            const bool is_due = k < rule->negate_always || is_positive != is_negated;
            is_negated ^= is_due && rule->negate[k] == column && rule_holds(rule, row);
        }
    }
    return is_negated;
}

const char *reading_rules_check(struct reading_worker *w, const struct row *row, size_t *column)
{
    const struct reading *r = w->reading;
    for (size_t i = 0; i < r->check_count; i++) {
        struct cell sum;
        const char *reason = reading_sum(w, row, r->checks[i].terms, &sum, column);
        if (reason != NULL)
            return reason;
        if (sum.is_null || sum.i64 == 0)
            continue;
        struct buf apart;
        buf_init(&apart, 256);
        buf_add_money(&apart, sum.i64);
        (void)snprintf(w->broken_by, sizeof w->broken_by, "%.*s", STR_ARG(buf_str(&apart)));
        buf_release(&apart);
        w->broken = &r->checks[i];
        return "these amounts do not add up; the value is by how much";
    }
    return NULL;
}

const char *reading_measure_cell(struct reading_worker *w,
                                 const struct row *row,
                                 size_t i,
                                 bool *has_value)
{
    const struct reading_unpivot *u = &w->reading->unpivot;
    const struct reading_measure *m = &u->items[i];
    struct cell *value = &w->cells[u->value];
    const str text = text_at(row, m->source);
    const char *reason = value_read(FIELD_MONEY, &w->reading->rules, NULL, NULL, text, value);
    *has_value = reason == NULL && !value->is_null;
    if (m->is_fraction && *has_value && str_ends(text, STR("%")))
        value->i64 = (value->i64 + (value->i64 < 0 ? -50 : 50)) / 100;
    w->cells[u->measure] = (struct cell){ .text = m->name };
    return reason;
}
