/* Formulas over the matrix, exactly; and how a result is written down. No value is not zero: a
 * missing one carries the reason of the first thing that was missing. */
#include "query/spans_priv.h"

#include <math.h>

/* What a formula is being evaluated for. */
struct place {
    const struct asking *k;
    const struct kpi *kpi;
    size_t index; /* of the KPI among those asked for */
    const size_t *slot_of_leaf;
    const struct window *window;
    const struct figures *figures;
    size_t row; /* in figures->rows and figures->whole; SIZE_MAX: not there */
    size_t whole;
    size_t period; /* index; n_periods of the figures: the total */
    const uint32_t *by;
    int32_t start;
    int32_t end;
    int32_t counted; /* the last day that counts; later than the end: all do */
};

static str say(const struct place *p, const char *format, str what)
{
    struct buf out;
    buf_init(&out, 512);
    const str english = str_from(tr(p->k->lang, format));
    const size_t at = str_find(english, STR("%s"));
    buf_add(&out, str_first(english, at));
    buf_add(&out, what);
    buf_add(&out, str_skip(english, at + 2));
    const str kept = arena_dup(p->k->arena, buf_str(&out));
    buf_release(&out);
    return kept.ptr != NULL ? kept : STR_EMPTY;
}

/* The store that the row is about; empty: not one. */
static str store_of(const struct place *p, size_t index)
{
    return coverage_store_of(p->k, index, p->by);
}

/* From where to where data reaches, in a row of one store that store's: a file that is late is
 * missing, and not 0. First DAY_NONE: it has none. Of stores that a platform reports, their own
 * rows do not tell how far. */
static struct day_range reach_of(const struct place *p, const struct coverage *c, size_t index)
{
    const str store = store_of(p, index);
    const bool is_effect = coverage_is_effect(p->k->slots.items[index].measure);
    const int32_t last = is_effect ? c->last : c->told;
    const struct day_range all = { c->first, c->complete_to > last ? c->complete_to : last };
    if (c->stores == NULL || store.len == 0)
        return all;
    const struct store_reach *of = coverage_in_store(c, store);
    if (of == NULL)
        return (struct day_range){ DAY_NONE, DAY_NONE };
    const bool is_read = sources_reads(&p->k->sources[index], store);
    const int32_t to = is_effect && of->rows_to > of->last ? of->rows_to : of->last;
    return (struct day_range){ of->first, is_read ? all.to : to };
}

/* The period lies where the table has no data at all: that is no value, not 0. */
static bool is_uncovered(const struct place *p, const struct plan_slot *slot, struct number *out)
{
    const struct coverage *c = coverage_of(p->k, slot);
    if (c == NULL || c->date == NULL)
        return false;
    if (c->first == DAY_NONE) {
        *out = number_missing(MISSING_LATE, say(p, "no rows in %s", coverage_name_of(p->k, c)));
        return true;
    }
    const struct day_range reach = reach_of(p, c, (size_t)(slot - p->k->slots.items));
    if (reach.from == DAY_NONE) {
        *out = number_missing(MISSING_LATE,
                              say(p, "no rows in %s of this store", coverage_name_of(p->k, c)));
        return true;
    }
    const bool is_before = p->end < reach.from;
    if (!is_before && p->start <= reach.to)
        return false;
    const str bound = day_text(p->k->arena, is_before ? reach.from : reach.to);
    *out = number_missing(is_before ? MISSING_ELSE : MISSING_LATE,
                          arena_printf(p->k->arena,
                                       is_before ? tr(p->k->lang, "no data in %s before %.*s")
                                                 : tr(p->k->lang, "no data in %s after %.*s"),
                                       coverage_name_of(p->k, c).ptr,
                                       STR_ARG(bound)));
    return true;
}

/* Refunds of days whose orders are not there yet are not what was sold on them. The total has them,
 * so it differs from its rows by them. */
static bool is_all_caused(const struct place *p,
                          size_t index,
                          const struct cell *cell,
                          struct number *out)
{
    const struct plan_slot *slot = &p->k->slots.items[index];
    const struct coverage *c = coverage_of(p->k, slot);
    if (c == NULL || c->date == NULL || !ranges_is_daily(c->table) || slot->is_foreign ||
        p->k->sources[index].n_stores > 0 || slot->measure->trailing_days > 0 ||
        coverage_is_effect(slot->measure))
        return false;
    const struct day_range reach = reach_of(p, c, index);
    if (reach.from == DAY_NONE || p->start <= reach.to || !is_uncovered(p, slot, out))
        return false;
    if (cell != NULL && cell->kind == CELL_EXACT && cell->exact != 0)
        out->reason = arena_printf(p->k->arena,
                                   tr(p->k->lang, "%.*s; what came back since stands in the total"),
                                   STR_ARG(out->reason));
    return true;
}

/* Nothing there of a slot that platforms answer, at least in part: a thing without rows beside
 * others that have some is 0, if things add up. */
static struct number absent_from_platform(const struct place *p, size_t index)
{
    const struct kpi_measure *m = p->k->slots.items[index].measure;
    const struct figures *f = p->figures;
    const size_t at = index * (f->n_periods + 1) + p->period;
    const str store = store_of(p, index);
    if (store.len > 0 && !sources_reads(&p->k->sources[index], store))
        return number_none(say(p, "neither rows nor figures of a platform: %s", store));
    if ((m->adds_days || m->platform->kind == PLATFORM_ADDITIVE) && f->platform_rows != NULL &&
        f->platform_rows[at])
        return m->unit == UNIT_MONEY ? number_money(0) : number_whole(0);
    return number_missing(MISSING_LATE,
                          say(p,
                              "no figure of the platforms here: %s",
                              str_from(platform_label(m->platform, p->k->lang))));
}

/* As the KPI that is this measure and no more calls it; empty: none is. */
static str name_of_measure(const struct place *p, const struct kpi_measure *m)
{
    const struct kpi_catalog *all = p->k->context->catalog;
    for (size_t i = 0; i < kpi_count(all); i++) {
        const struct kpi *kpi = kpi_at(all, i);
        if (kpi->formula != NULL && kpi->formula->op == FORMULA_LEAF &&
            kpi->leaves[kpi->formula->leaf].measure == m && kpi->name[p->k->lang].len > 0)
            return kpi->name[p->k->lang];
    }
    return STR_EMPTY;
}

static struct number absent(const struct place *p, size_t index)
{
    const struct plan_slot *slot = &p->k->slots.items[index];
    const struct kpi_measure *m = slot->measure;
    struct number none;
    if (slot->is_foreign && p->k->sources[index].n_stores > 0)
        return absent_from_platform(p, index);
    if (is_uncovered(p, slot, &none))
        return none;
    if (m->zero_if_empty)
        return m->unit == UNIT_MONEY ? number_money(0) : number_whole(0);
    const str name = name_of_measure(p, m);
    return number_none(say(
        p, "no rows for %s", name.len > 0 ? name : str_from(table_label(m->table, p->k->lang))));
}

/* Stores whose exports tell no buyers apart: what they lack is not 0 either. */
static bool lacks_buyer_ids(const struct place *p, size_t index, str *reason)
{
    const struct slot_source *s = &p->k->sources[index];
    bool hit = false;
    const str store = store_of(p, index);
    for (size_t i = 0; i < s->n_refused && !hit; i++) {
        hit = store.len == 0 || str_eq(store, s->refused[i]);
        if (hit)
            *reason = say(p, "no buyer id in the exports of store %s", s->refused[i]);
    }
    return hit;
}

/* A count of no row, where that is told apart from 0. */
static bool counts_nothing(const struct kpi_measure *m, const struct cell *cell)
{
    return !m->zero_if_empty && (m->agg == AGG_COUNT || m->agg == AGG_DISTINCT) &&
           cell->kind == CELL_EXACT && cell->exact == 0;
}

/* Nothing is known of these days but a total of others beside them. */
static bool is_in_total(const struct place *p, size_t index, str *reason)
{
    const struct plan_slot *slot = &p->k->slots.items[index];
    const struct span_place at = { p->start,
                                   p->end < p->counted ? p->end : p->counted,
                                   slot->is_whole ? NULL : p->by };
    const struct span_total *s = p->k->n_spans > 0 && spans_has(slot) ? spans_cut(p->k, &at) : NULL;
    if (s == NULL)
        return false;
    const str from = day_text(p->k->arena, s->from);
    const str to = day_text(p->k->arena, s->to);
    *reason = arena_printf(p->k->arena,
                           tr(p->k->lang, "ad spend is known only as a total of %.*s to %.*s"),
                           STR_ARG(from),
                           STR_ARG(to));
    return true;
}

static struct number of_cell(const struct place *p, size_t index, const struct cell *cell)
{
    const struct plan_slot *slot = &p->k->slots.items[index];
    const struct kpi_measure *m = slot->measure;
    const bool from_platform = p->k->sources[index].n_stores > 0;
    struct number n;
    str refused = STR_EMPTY;
    if (p->k->has_effects && is_all_caused(p, index, cell, &n))
        return n;
    if (cell != NULL && cell->kind == CELL_EXACT && cell->exact != 0 && m->divisor <= 1 &&
        p->k->sources[index].n_refused == 0) /* as most are */
        return m->unit == UNIT_MONEY ? number_money(cell->exact) : number_whole(cell->exact);
    if (lacks_buyer_ids(p, index, &refused))
        return number_none(refused);
    const bool nothing =
        cell == NULL || cell->kind == CELL_ABSENT || (cell->kind == CELL_EXACT && cell->exact == 0);
    if (nothing && is_in_total(p, index, &refused))
        return number_none(refused);
    if (cell == NULL || cell->kind == CELL_ABSENT || (!from_platform && counts_nothing(m, cell)))
        return absent(p, index);
    if (cell->kind == CELL_FAILED)
        return number_missing(MISSING_FAILED, str_from(cell->reason));
    if (cell->kind == CELL_FOLDED)
        return number_money(0);
    if (cell->kind == CELL_EXACT && cell->exact == 0 && !from_platform && is_uncovered(p, slot, &n))
        return n; /* a count over nothing is 0 in SQL */
    if (cell->kind == CELL_REAL)
        n = number_real(m->unit == UNIT_MONEY ? cell->real / 1e4 : cell->real);
    else
        n = m->unit == UNIT_MONEY ? number_money(cell->exact) : number_whole(cell->exact);
    if (m->divisor > 1) {
        n = number_divide(n, number_whole(m->divisor), STR_EMPTY);
        n.is_quotient = false;
    }
    return n;
}

static const struct cell *cell_of_leaf(const struct place *p, size_t leaf)
{
    const size_t slot = p->slot_of_leaf[leaf];
    const bool is_whole = p->k->slots.items[slot].is_whole;
    const struct matrix *m = is_whole ? &p->figures->whole : &p->figures->rows;
    const size_t row = is_whole ? p->whole : p->row;
    return row != SIZE_MAX ? &m->cells[row * m->n_slots + slot] : NULL;
}

/* A sum that stands in the cell of another one, which tells whether there is a value. */
static bool is_folded(const struct place *p, const struct formula *f)
{
    const struct cell *c = f->op == FORMULA_LEAF ? cell_of_leaf(p, f->leaf) : NULL;
    struct number none;
    return c != NULL && c->kind == CELL_FOLDED &&
           !(p->k->has_effects && is_all_caused(p, p->slot_of_leaf[f->leaf], NULL, &none));
}

static void tell_of(const struct place *p, const struct formula *f, struct days_told *told)
{
    if (f->op == FORMULA_LEAF)
        ranges_tell(p->k, p->slot_of_leaf[f->leaf], p->by, told);
    for (size_t i = 0; i < f->n_args; i++)
        tell_of(p, f->args[i], told);
}

/* The days that what is divided by them is of. */
static struct number days_value(const struct place *p, const struct formula *of)
{
    struct days_told told = { .any = false };
    tell_of(p, of, &told);
    const struct day_range period = { p->start, p->end };
    const int32_t days = ranges_days_counted(p->k, p->index, p->window, period, &told);
    return days > 0 ? number_whole(days)
                    : number_none(str_from(tr(p->k->lang, "the period has not begun")));
}

static str zero_reason(const struct place *p, const struct formula *divisor)
{
    str name = STR_EMPTY;
    if (divisor->op == FORMULA_LEAF)
        name = name_of_measure(p, p->kpi->leaves[divisor->leaf].measure);
    return name.len > 0 ? say(p, "%s is 0", name) : str_from(tr(p->k->lang, "division by zero"));
}

static struct number value(const struct place *p, const struct formula *f);

/* min, max and coalesce look at all their arguments. */
static struct number select_value(const struct place *p, const struct formula *f)
{
    struct number best = value(p, f->args[0]);
    for (size_t i = 1; i < f->n_args; i++) {
        if (f->op == FORMULA_COALESCE) {
            if (best.kind != NUMBER_NONE || best.missing == MISSING_FAILED)
                return best;
            best = value(p, f->args[i]);
            continue;
        }
        const struct number next = value(p, f->args[i]);
        if (best.kind == NUMBER_NONE || next.kind == NUMBER_NONE)
            return best.kind == NUMBER_NONE ? best : next;
        const int order = number_compare(next, best);
        if (f->op == FORMULA_MAX ? order > 0 : order < 0)
            best = next;
    }
    return best;
}

/* How far platforms' figures in a part of a formula reach. */
struct reach_of_part {
    bool is_of_days;
    bool is_partial;
};

static void reach_of_platform(const struct place *p,
                              const struct formula *f,
                              struct reach_of_part *out)
{
    const struct cell *c = f->op == FORMULA_LEAF ? cell_of_leaf(p, f->leaf) : NULL;
    if (c != NULL) {
        out->is_of_days = out->is_of_days || c->is_of_days;
        out->is_partial = out->is_partial || c->is_partial;
    }
    for (size_t i = 0; i < f->n_args; i++)
        reach_of_platform(p, f->args[i], out);
}

/* A month's figure over that of ten of its days is three times what it should be. Days that both
 * sides lack are another matter: those are marked. */
static bool covers_other_days(const struct place *p, const struct formula *f)
{
    struct reach_of_part a = { .is_of_days = false };
    struct reach_of_part b = a;
    if (p->figures->is_plain)
        return false;
    reach_of_platform(p, f->args[0], &a);
    reach_of_platform(p, f->args[1], &b);
    return a.is_partial != b.is_partial && (a.is_partial ? b.is_of_days : a.is_of_days);
}

static struct number divide_value(const struct place *p, const struct formula *f)
{
    if (covers_other_days(p, f))
        return number_none(str_from(tr(p->k->lang,
                                       "one side of the division is a platform's figure of the "
                                       "whole period, the other lacks some of its days")));
    const struct number a = value(p, f->args[0]);
    const struct number b =
        f->args[1]->op == FORMULA_DAYS ? days_value(p, f->args[0]) : value(p, f->args[1]);
    if (f->zero_when_empty && number_is_zero(b) && a.kind != NUMBER_NONE)
        return f->unit == UNIT_MONEY ? number_money(0) : number_whole(0);
    return number_divide(a, b, number_is_zero(b) ? zero_reason(p, f->args[1]) : STR_EMPTY);
}

static struct number join_value(const struct place *p, const struct formula *f)
{
    struct number sum = value(p, f->args[0]);
    for (size_t i = 1; i < f->n_args; i++) {
        if (f->op != FORMULA_MULTIPLY && is_folded(p, f->args[i]))
            continue;
        const struct number next = value(p, f->args[i]);
        sum = f->op == FORMULA_ADD        ? number_add(sum, next)
              : f->op == FORMULA_SUBTRACT ? number_subtract(sum, next)
                                          : number_multiply(sum, next);
    }
    return sum;
}

static struct number nullif_value(const struct place *p, const struct formula *f)
{
    const struct number a = value(p, f->args[0]);
    const struct number b = value(p, f->args[1]);
    const bool equal = a.kind != NUMBER_NONE && b.kind != NUMBER_NONE && number_compare(a, b) == 0;
    if (!equal)
        return a;
    return number_missing(MISSING_UNKNOWN,
                          f->without != NULL
                              ? f->without[p->k->lang]
                              : str_from(tr(p->k->lang, "defined as no value here")));
}

static struct number constant(const struct formula *f)
{
    struct number n =
        number_divide(number_whole(f->number), number_whole(f->number_den), STR_EMPTY);
    if (f->unit == UNIT_MONEY) /* an amount written in a formula is in units */
        n = number_multiply(n,
                            (struct number){ .kind = NUMBER_EXACT,
                                             .num = MONEY_ONE,
                                             .num_scale = 1,
                                             .den = 1,
                                             .reason = STR_EMPTY });
    n.is_quotient = false;
    return n;
}

static struct number value(const struct place *p, const struct formula *f)
{
    struct number a;
    switch (f->op) {
    case FORMULA_NUMBER:
        return constant(f);
    case FORMULA_LEAF:
        return of_cell(p, p->slot_of_leaf[f->leaf], cell_of_leaf(p, f->leaf));
    case FORMULA_DAYS:
        return days_value(p, p->kpi->formula);
    case FORMULA_NEGATE:
        a = value(p, f->args[0]);
        return a.kind == NUMBER_NONE ? a : number_negate(a);
    case FORMULA_ABS:
        a = value(p, f->args[0]);
        return a.kind != NUMBER_NONE && number_to_double(a) < 0 ? number_negate(a) : a;
    case FORMULA_DIVIDE:
        return divide_value(p, f);
    case FORMULA_NULLIF:
        return nullif_value(p, f);
    case FORMULA_MIN:
    case FORMULA_MAX:
    case FORMULA_COALESCE:
        return select_value(p, f);
    default:
        return join_value(p, f);
    }
}

struct number figures_evaluate(const struct asking *k,
                               size_t kpi,
                               const struct window *w,
                               const struct figures *f,
                               const struct figure_place *at)
{
    const struct matrix_key *key = &at->key;
    const size_t place = k->place[kpi];
    const struct kpi *definition = k->kpis[kpi];
    if (place == SIZE_MAX)
        return number_none(query_needs_of(k, definition));
    const bool total = key->bucket == BUCKET_TOTAL;
    const struct place p = { .k = k,
                             .kpi = definition,
                             .index = kpi,
                             .slot_of_leaf = k->slots.of_leaf[place],
                             .window = w,
                             .figures = f,
                             .row = at->row,
                             .whole = at->whole,
                             .period = total ? f->n_periods : key->bucket,
                             .by = key->by,
                             .start = total ? w->from : w->buckets[key->bucket].start,
                             .end = total ? w->to : w->buckets[key->bucket].end,
                             .counted = ranges_last_counted(k, kpi, w) };
    const struct number n = value(&p, definition->formula);
    return key->hour < 0 ? n : hours_check(k, p.start, key->hour, n);
}

struct figure_marks figures_marks(const struct asking *k,
                                  size_t kpi,
                                  const struct figures *f,
                                  const struct figure_place *at)
{
    struct figure_marks marks = { .is_partial = false };
    const size_t place = k->place[kpi];
    if (place == SIZE_MAX || f->is_plain)
        return marks;
    for (size_t i = 0; i < k->kpis[kpi]->n_leaves; i++) {
        const size_t slot = k->slots.of_leaf[place][i];
        const bool is_whole = k->slots.items[slot].is_whole;
        const struct matrix *m = is_whole ? &f->whole : &f->rows;
        const size_t row = is_whole ? at->whole : at->row;
        if (row == SIZE_MAX)
            continue;
        const struct cell *cell = &m->cells[row * m->n_slots + slot];
        marks.is_partial = marks.is_partial || cell->is_partial || cell->kind == CELL_FAILED;
        marks.is_restated = marks.is_restated || cell->is_restated;
    }
    return marks;
}

/* How far the rows reach that a leaf reads; false: it reads none of its own, and figures_marks()
 * knows what platforms have not reported yet. */
static bool own_reach(
    const struct asking *k, size_t kpi, size_t leaf, const uint32_t *by, struct coverage_reach *out)
{
    const size_t index = k->slots.of_leaf[k->place[kpi]][leaf];
    const struct plan_slot *slot = &k->slots.items[index];
    const struct coverage *c = coverage_of(k, slot);
    const str store = coverage_store_of(k, index, by);
    if (slot->is_foreign || c == NULL || c->date == NULL ||
        (store.len > 0 && sources_reads(&k->sources[index], store)))
        return false;
    *out = coverage_reach_in(k, c, store);
    return true;
}

bool coverage_is_complete(const struct asking *k, size_t kpi, const uint32_t *by, int32_t end)
{
    struct coverage_reach reach;
    if (k->place[kpi] == SIZE_MAX || end >= k->today)
        return false;
    for (size_t i = 0; i < k->kpis[kpi]->n_leaves; i++) {
        if (own_reach(k, kpi, i, by, &reach) && reach.complete_to < end)
            return false;
    }
    return true;
}

bool coverage_reaches(const struct asking *k, size_t kpi, const uint32_t *by, int32_t start)
{
    struct coverage_reach reach;
    for (size_t i = 0; k->place[kpi] != SIZE_MAX && i < k->kpis[kpi]->n_leaves; i++) {
        if (own_reach(k, kpi, i, by, &reach) && reach.first > start)
            return false;
    }
    return true;
}

/* ---- writing values down ---- */

/* An empty text to write a figure in; kept() copies it. */
static struct buf *fresh(const struct asking *k)
{
    buf_clear(k->scratch);
    return k->scratch;
}

static str kept(const struct asking *k)
{
    const str s = buf_ok(k->scratch) ? arena_dup(k->arena, buf_str(k->scratch)) : STR_EMPTY;
    return s.ptr != NULL ? s : STR_EMPTY;
}

static str money_text(const struct asking *k, i128 v_e4)
{
    buf_add_money(fresh(k), v_e4);
    return kept(k);
}

static str whole_text(const struct asking *k, i128 v)
{
    buf_add_i128(fresh(k), v);
    return kept(k);
}

/* A numerator or denominator: money with 4 decimals, else whole; nothing when it is neither. */
static str part_text(const struct asking *k, i128 v, int scale)
{
    return scale == 1 ? money_text(k, v) : scale == 0 ? whole_text(k, v) : STR_EMPTY;
}

static str number_text(const struct asking *k, struct number n)
{
    i128 num = n.num;
    i128 den = n.den;
    bool exact = n.kind == NUMBER_EXACT;
    for (int s = n.num_scale - n.den_scale; s > 0 && exact; s--)
        exact = !__builtin_mul_overflow(den, (i128)10000, &den);
    for (int s = n.num_scale - n.den_scale; s < 0 && exact; s++)
        exact = !__builtin_mul_overflow(num, (i128)10000, &num);
    if (exact)
        buf_add_ratio(fresh(k), num, den);
    else
        buf_add_double12(fresh(k), number_to_double(n));
    return kept(k);
}

static bool is_whole_number(struct number n)
{
    return n.kind == NUMBER_EXACT && n.num_scale == n.den_scale && n.num % n.den == 0;
}

struct answer_value answer_value_of(const struct asking *k, enum kpi_unit unit, struct number n)
{
    struct answer_value v = { .kind = VALUE_NONE,
                              .real = number_to_double(n),
                              .text = STR_EMPTY,
                              .num = STR_EMPTY,
                              .den = STR_EMPTY,
                              .reason = n.kind == NUMBER_NONE ? n.reason : STR_EMPTY,
                              .missing = n.missing };
    if (n.kind == NUMBER_NONE)
        return v;
    if (n.is_quotient && n.kind == NUMBER_EXACT) {
        v.num = part_text(k, n.num, n.num_scale);
        v.den = part_text(k, n.den, n.den_scale);
    }
    if (kpi_unit_kind(unit) == UNIT_KIND_MONEY && number_round(n, 1, &v.exact)) {
        v.kind = VALUE_MONEY;
        v.text = money_text(k, v.exact);
    } else if (kpi_unit_kind(unit) == UNIT_KIND_COUNT && is_whole_number(n)) {
        v.kind = VALUE_COUNT;
        v.exact = n.num / n.den;
        v.text = whole_text(k, v.exact);
    } else {
        v.kind = VALUE_NUMBER;
        v.text = number_text(k, n);
    }
    return v;
}
