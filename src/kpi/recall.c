/* A kept canonical text becomes a definition again: it is written as the YAML that it could have
 * come from and loaded by the same loader, alone. What was read back is only used when its own
 * canonical text is the kept one, byte for byte; so nothing can be recalled almost right.
 *
 *   formula (a@order / (b + days))    ->  formula: (on_order_date(a) / (b + ...))
 *   measure a = sum(x) from t where c; date d, order date o; money; empty zero
 *                                     ->  a: {table: t, agg: sum, expr: x, filter: c, ...} */
#include "kpi/load_priv.h"

#define RECALL_TEXT_MAX ((size_t)1024 * 1024)
#define RECALL_DEPTH    ((unsigned)200)

struct recall {
    str id;
    str unit;
    str formula;
    struct buf yaml;
    struct buf formula_text;
    str own_measure; /* the line of the measure that the KPI holds itself */
    unsigned indent;
    bool zero_on_zero;
    bool failed;
};

/* Where `what` begins outside quotes; the length when nowhere. */
static size_t find_outside(str s, str what)
{
    bool quoted = false;
    for (size_t i = 0; i + what.len <= s.len; i++) {
        if (!quoted && str_starts(str_skip(s, i), what))
            return i;
        if (s.ptr[i] == '\'')
            quoted = !quoted;
    }
    return s.len;
}

/* What stands before `separator`; *rest moves behind it. */
static str take_part(str *rest, str separator)
{
    const size_t at = find_outside(*rest, separator);
    const str part = str_first(*rest, at);
    *rest = str_skip(*rest, at + separator.len < rest->len ? at + separator.len : rest->len);
    return part;
}

/* ---- Formula --------------------------------------------------------------------------------- */

static size_t atom_length(str s)
{
    size_t i = 0;
    while (i < s.len && s.ptr[i] != '(' && s.ptr[i] != ')' && s.ptr[i] != ' ' && s.ptr[i] != ',')
        i++;
    return i;
}

/* One node: "name", "3/2", "(a + b)", "min(a, b)", each with "?0" behind it or not. */
static size_t node_length(str s)
{
    size_t i = atom_length(s);
    size_t depth = 0;
    if (i == s.len || s.ptr[i] != '(')
        return i;
    do {
        depth += s.ptr[i] == '(';
        depth -= s.ptr[i] == ')';
        i++;
    } while (i < s.len && depth > 0);
    return str_starts(str_skip(s, i), STR("?0")) ? i + 2 : i;
}

/* Whether `right` is `left` over all groups. */
static bool is_whole_of(str left, str right)
{
    const str whole = STR("@whole");
    bool found = false;
    while (right.len > 0) {
        if (str_starts(right, whole)) {
            right = str_skip(right, whole.len);
            found = true;
        } else if (left.len == 0 || left.ptr[0] != right.ptr[0]) {
            return false;
        } else {
            left = str_skip(left, 1);
            right = str_skip(right, 1);
        }
    }
    return found && left.len == 0;
}

/* "150/100" is 1.5: the divisor is a power of ten. */
static void add_number(struct recall *r, str text)
{
    str digits = text;
    int64_t number = 0;
    int64_t den = 1;
    const str whole = str_take_until(&digits, '/');
    if (!str_to_i64(whole, &number) || (digits.len > 0 && !str_to_i64(digits, &den)) || den < 1)
        r->failed = true;
    buf_addf(&r->formula_text, "%lld", (long long)(r->failed ? 0 : number / den));
    int64_t rest = r->failed ? 0 : number % den;
    for (int64_t unit = den / 10; unit > 0; rest %= unit, unit /= 10)
        buf_addf(&r->formula_text, "%s%lld", unit == den / 10 ? "." : "", (long long)(rest / unit));
}

static void add_atom(struct recall *r, str text)
{
    const struct {
        str suffix;
        const char *call;
    } bases[] = { { STR("@order"), "on_order_date" }, { STR("@event"), "on_event_date" } };
    if (text.len > 0 && text.ptr[0] >= '0' && text.ptr[0] <= '9') {
        add_number(r, text);
        return;
    }
    for (size_t i = 0; i < ARRAY_LEN(bases); i++) {
        if (!str_ends(text, bases[i].suffix))
            continue;
        buf_addf(&r->formula_text,
                 "%s(%.*s)",
                 bases[i].call,
                 STR_ARG(str_first(text, text.len - bases[i].suffix.len)));
        return;
    }
    r->failed = r->failed || text.len == 0 || str_contains(text, STR("@"));
    buf_add(&r->formula_text, text);
}

static void add_node(struct recall *r, str text, unsigned depth);

/* share(x) and per_day(x) were written out when they were resolved. */
static bool add_quotient(struct recall *r, str left, str right, unsigned depth)
{
    const bool per_day = str_is(right, "days");
    if (!per_day && !is_whole_of(left, right))
        return false;
    buf_adds(&r->formula_text, per_day ? "per_day(" : "share(");
    add_node(r, left, depth);
    buf_addc(&r->formula_text, ')');
    return true;
}

static void add_arguments(struct recall *r, str inside, unsigned depth)
{
    const str separators[] = { STR(" / "), STR(" + "), STR(" - "), STR(" * "), STR(", ") };
    bool first = true;
    while (inside.len > 0 && !r->failed) {
        const str one = str_first(inside, node_length(inside));
        inside = str_skip(inside, one.len);
        if (first && str_starts(inside, separators[0]) &&
            add_quotient(r, one, str_skip(inside, 3), depth))
            return;
        first = false;
        add_node(r, one, depth);
        for (size_t i = 0; i < ARRAY_LEN(separators); i++) {
            if (str_starts(inside, separators[i])) {
                buf_add(&r->formula_text, separators[i]);
                inside = str_skip(inside, separators[i].len);
                break;
            }
        }
        r->failed = r->failed || one.len == 0;
    }
}

static void add_node(struct recall *r, str text, unsigned depth)
{
    const size_t name = atom_length(text);
    if (depth > RECALL_DEPTH)
        r->failed = true;
    if (r->failed || name == text.len) {
        add_atom(r, text);
        return;
    }
    if (str_ends(text, STR("?0"))) {
        r->zero_on_zero = true;
        text.len -= 2;
    }
    buf_add(&r->formula_text, str_first(text, name + 1));
    add_arguments(r, str_first(str_skip(text, name + 1), text.len - name - 2), depth + 1);
    buf_addc(&r->formula_text, ')');
}

/* ---- Measures -------------------------------------------------------------------------------- */

static void add_pair(struct recall *r, const char *key, str value)
{
    yaml_write_pair(&r->yaml, r->indent, str_from(key), value);
}

/* "sum(gross_e4", "percentile(lcp_ms, 750/1000" */
static void add_aggregate(struct recall *r, str text)
{
    str expr = text;
    const str agg = str_take_until(&expr, '(');
    const size_t comma = str_find(expr, STR(", "));
    int64_t permille = 0;
    add_pair(r, "agg", agg);
    if (str_is(agg, "percentile") && comma < expr.len) {
        str p = str_skip(expr, comma + 2);
        if (!str_to_i64(str_take_until(&p, '/'), &permille))
            r->failed = true;
        buf_addf(&r->yaml, "%*sp: 0.%03lld\n", (int)(2 * r->indent), "", (long long)permille);
        expr = str_first(expr, comma);
    }
    if (expr.len > 0)
        add_pair(r, "expr", expr);
}

/* "empty none", "top 10": a setting that begins with its own word. */
static bool add_named_setting(struct recall *r, str part)
{
    static const struct {
        const char *prefix;
        const char *key;
    } known[] = {
        { "empty ", "empty" },
        { "platform_stat ", "platform" },
        { "stores with ", "stores_with" },
        { "stores without ", "stores_without" },
        { "per ", "per" },
        { "having ", "having" },
        { "top ", "top" },
    };
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        const str prefix = str_from(known[i].prefix);
        str value = str_skip(part, prefix.len);
        if (!str_starts(part, prefix))
            continue;
        if (str_is(str_from(known[i].key), "platform"))
            value = str_take_until(&value, ','); /* its kind follows from the name */
        add_pair(r, known[i].key, value);
        return true;
    }
    return false;
}

static void add_settings(struct recall *r, str rest)
{
    while (rest.len > 0) {
        str part = take_part(&rest, STR("; "));
        if (str_starts(part, STR("date "))) {
            part = str_skip(part, 5);
            add_pair(r, "date", take_part(&part, STR(", order date ")));
            add_pair(r, "order_date", part);
        } else if (str_is(part, "last day of the period")) {
            add_pair(r, "over_time", STR("last"));
        } else if (str_starts(part, STR("trailing "))) {
            part = str_skip(part, 9);
            add_pair(r, "trailing_days", str_take_until(&part, ' '));
        } else if (!add_named_setting(r, part)) {
            add_pair(r, "unit", str_take_until(&part, ' ')); /* " / divisor" follows from it */
        }
    }
}

static void add_measure(struct recall *r, str rest)
{
    if (str_starts(rest, STR("platform_stat "))) {
        str name = str_skip(rest, 14);
        add_pair(r, "platform", str_take_until(&name, ','));
        if (str_contains(name, STR(", days added;")))
            add_pair(r, "over_time", STR("days"));
        return;
    }
    const str aggregate = take_part(&rest, STR(") from "));
    str source = take_part(&rest, STR("; "));
    add_aggregate(r, aggregate);
    add_pair(r, "table", take_part(&source, STR(" where ")));
    if (source.len > 0)
        add_pair(r, "filter", source);
    add_settings(r, rest);
}

/* ---- The whole ------------------------------------------------------------------------------- */

static void add_measures(struct recall *r, str text)
{
    buf_adds(&r->yaml, "measures:\n");
    r->indent = 2;
    while (text.len > 0) {
        str line = str_take_until(&text, '\n');
        if (!str_starts(line, STR("measure ")))
            continue;
        line = str_skip(line, 8);
        const str id = take_part(&line, STR(" = "));
        if (str_eq(id, r->id)) {
            r->own_measure = line;
            continue;
        }
        yaml_write_key(&r->yaml, 1, id);
        add_measure(r, line);
    }
}

static void read_head(struct recall *r, str text, struct buf *sources)
{
    while (text.len > 0) {
        str line = str_take_until(&text, '\n');
        if (str_starts(line, STR("kpi "))) {
            line = str_skip(line, 4);
            r->id = str_take_until(&line, ' ');
            r->unit = line;
        } else if (str_starts(line, STR("formula "))) {
            r->formula = str_skip(line, 8);
        } else if (str_starts(line, STR("sources "))) {
            buf_addf(sources, "    sources: [%.*s]\n", STR_ARG(str_skip(line, 8)));
        }
    }
}

/* The KPI's own measure, or its formula. */
static void add_meaning(struct recall *r)
{
    str name = r->formula;
    const str id = str_take_until(&name, '@');
    if (r->own_measure.len == 0) {
        add_node(r, r->formula, 0);
        add_pair(r, "formula", buf_str(&r->formula_text));
        return;
    }
    r->failed = r->failed || !str_eq(id, r->id);
    if (name.len > 0)
        add_pair(r, "basis", name);
    yaml_write_key(&r->yaml, 2, STR("measure"));
    r->indent = 3;
    add_measure(r, r->own_measure);
    r->indent = 2;
}

static void write_yaml(struct recall *r, str text, const struct kpi *like)
{
    struct buf sources;
    buf_init(&sources, 4096);
    read_head(r, text, &sources);
    add_measures(r, text);
    buf_adds(&r->yaml, "kpis:\n");
    yaml_write_key(&r->yaml, 1, r->id);
    add_meaning(r);
    add_pair(r, "unit", r->unit);
    if (r->zero_on_zero)
        add_pair(r, "on_zero", STR("zero"));
    buf_add(&r->yaml, buf_str(&sources));
    buf_adds(&r->yaml, "    name:\n");
    yaml_write_pair(&r->yaml, 3, STR("en"), like != NULL ? like->name[LANG_EN] : r->id);
    yaml_write_pair(&r->yaml, 3, STR("zh"), like != NULL ? like->name[LANG_ZH] : r->id);
    buf_release(&sources);
}

/* The engine's number stands in the first line: "shopvane 1". */
static enum status check_engine(str text, struct error *why)
{
    int64_t engine = 0;
    const str first = str_take_until(&text, '\n');
    if (!str_starts(first, STR("shopvane ")) || !str_to_i64(str_skip(first, 9), &engine))
        return error_set(why, STATUS_BAD_INPUT, "the kept definition is damaged");
    if (engine != KPI_ENGINE_SEMANTICS)
        return error_set(why,
                         STATUS_BAD_INPUT,
                         "the definition was made for rules %lld of the engine, this one has %d",
                         (long long)engine,
                         KPI_ENGINE_SEMANTICS);
    if (find_outside(text, STR("\nmodel ")) < text.len ||
        find_outside(text, STR("\nformula ")) == text.len)
        return error_set(
            why, STATUS_BAD_INPUT, "the definition rests on a model: it cannot be recomputed");
    return STATUS_OK;
}

static enum status load_recalled(struct recall *r,
                                 str canonical,
                                 struct kpi_catalog **out,
                                 struct error *why)
{
    const struct kpi_file file = { .name = STR("kept definition"), .text = buf_str(&r->yaml) };
    const struct kpi_load_options opt = { .shop_files = &file,
                                          .n_shop_files = 1,
                                          .without_builtin = true };
    struct kpi_catalog *c = NULL;
    enum status st = STATUS_BAD_INPUT;
    if (!r->failed && buf_ok(&r->yaml) && buf_ok(&r->formula_text))
        st = kpi_catalog_load(&opt, NULL, &c, NULL);
    const struct kpi *k = st == STATUS_OK ? kpi_find(c, r->id) : NULL;
    if (k == NULL || !str_eq(k->canonical, canonical)) {
        kpi_catalog_free(c);
        return error_set(why,
                         STATUS_BAD_INPUT,
                         "the kept definition of \"%.*s\" cannot be recomputed: its tables or "
                         "language have changed since",
                         STR_ARG(str_first(r->id, 80)));
    }
    *out = c;
    return STATUS_OK;
}

enum status kpi_recall(str canonical,
                       const struct kpi *like,
                       struct kpi_catalog **out,
                       struct error *why)
{
    struct recall r = {
        .id = STR_EMPTY, .unit = STR_EMPTY, .formula = STR_EMPTY, .own_measure = STR_EMPTY
    };
    enum status st = check_engine(canonical, why);
    if (st != STATUS_OK)
        return st;
    buf_init(&r.yaml, RECALL_TEXT_MAX);
    buf_init(&r.formula_text, RECALL_TEXT_MAX);
    write_yaml(&r, canonical, like);
    st = load_recalled(&r, canonical, out, why);
    buf_release(&r.yaml);
    buf_release(&r.formula_text);
    return st;
}
