/* What changed between two catalogues. */
#include "kpi/names_priv.h"

#define WHAT_MAX ((size_t)64 * 1024)

/* Lines of `a` that `b` lacks, with a mark before them. */
static void lines_missing(str a, str b, char mark, struct buf *out)
{
    while (a.len > 0) {
        const str line = str_take_until(&a, '\n');
        bool is_there = line.len == 0;
        for (str rest = b; rest.len > 0 && !is_there;)
            is_there = str_eq(str_take_until(&rest, '\n'), line);
        if (!is_there)
            buf_addf(out, "%c %.*s\n", mark, STR_ARG(line));
    }
}

static void words_of_list(const char *label, const str *items, size_t n, struct buf *out)
{
    for (size_t i = 0; i < n; i++)
        buf_addf(out, "%s %.*s\n", label, STR_ARG(items[i]));
}

/* All that is told of a KPI besides its figure. */
static void words_of(const struct kpi *k, struct buf *out)
{
    for (unsigned lang = 0; lang < 2; lang++)
        buf_addf(out, "name %.*s\nabout %.*s\n", STR_ARG(k->name[lang]), STR_ARG(k->about[lang]));
    buf_addf(out,
             "direction %s\ngroup %.*s\nowner %.*s\ngrains %x\n",
             kpi_direction_names[k->direction],
             STR_ARG(k->group),
             STR_ARG(k->owner),
             k->grains);
    words_of_list("tag", k->tags, k->n_tags, out);
    words_of_list("alias", k->aliases, k->n_aliases, out);
    words_of_list("source", k->sources, k->n_sources, out);
}

/* False when out of memory; *what is empty when both say the same. */
static bool compare_words(const struct kpi *before,
                          const struct kpi *after,
                          struct arena *a,
                          str *what)
{
    struct buf old_words;
    struct buf new_words;
    struct buf out;
    buf_init(&old_words, WHAT_MAX);
    buf_init(&new_words, WHAT_MAX);
    buf_init(&out, WHAT_MAX);
    words_of(before, &old_words);
    words_of(after, &new_words);
    const bool same = str_eq(buf_str(&old_words), buf_str(&new_words));
    lines_missing(buf_str(&old_words), buf_str(&new_words), '-', &out);
    lines_missing(buf_str(&new_words), buf_str(&old_words), '+', &out);
    if (!same && out.len == 0)
        buf_adds(&out, "= order of entries\n");
    const bool ok = buf_ok(&old_words) && buf_ok(&new_words) && buf_ok(&out);
    *what = arena_dup(a, buf_str(&out));
    buf_release(&old_words);
    buf_release(&new_words);
    buf_release(&out);
    return ok && what->ptr != NULL;
}

static bool compare_figures(const struct kpi *before,
                            const struct kpi *after,
                            struct arena *a,
                            str *what)
{
    struct buf out;
    buf_init(&out, WHAT_MAX);
    lines_missing(before == NULL ? STR_EMPTY : before->canonical,
                  after == NULL ? STR_EMPTY : after->canonical,
                  '-',
                  &out);
    lines_missing(after == NULL ? STR_EMPTY : after->canonical,
                  before == NULL ? STR_EMPTY : before->canonical,
                  '+',
                  &out);
    const bool ok = buf_ok(&out);
    *what = arena_dup(a, buf_str(&out));
    buf_release(&out);
    return ok && what->ptr != NULL;
}

static const struct kpi *same_id(const struct kpi_catalog *c, str id)
{
    const struct kpi *k = kpi_find(c, id);
    return k != NULL && str_eq(k->id, id) ? k : NULL;
}

/* False when out of memory; change->what stays empty when nothing changed. */
static bool compare_one(const struct kpi *old,
                        const struct kpi *k,
                        struct arena *a,
                        struct kpi_change *change)
{
    *change =
        (struct kpi_change){ .kind = KPI_TEXT_CHANGED, .id = k->id, .before = old, .after = k };
    if (old != NULL && str_eq(old->hash, k->hash))
        return compare_words(old, k, a, &change->what);
    change->kind = old == NULL ? KPI_ADDED : KPI_FIGURE_CHANGED;
    return compare_figures(old, k, a, &change->what);
}

enum status kpi_diff(const struct kpi_catalog *before,
                     const struct kpi_catalog *after,
                     struct arena *a,
                     const struct kpi_change **out,
                     size_t *n,
                     struct error *why)
{
    struct kpi_change *changes =
        ARENA_NEW(a, struct kpi_change, kpi_count(before) + kpi_count(after) + 1);
    size_t count = 0;
    bool ok = changes != NULL;
    for (size_t i = 0; ok && i < kpi_count(after); i++) {
        const struct kpi *k = kpi_at(after, i);
        ok = compare_one(same_id(before, k->id), k, a, &changes[count]);
        count += ok && changes[count].what.len > 0;
    }
    for (size_t i = 0; ok && i < kpi_count(before); i++) {
        const struct kpi *k = kpi_at(before, i);
        if (same_id(after, k->id) != NULL)
            continue;
        changes[count] = (struct kpi_change){ .kind = KPI_REMOVED, .id = k->id, .before = k };
        ok = compare_figures(k, NULL, a, &changes[count].what);
        count++;
    }
    if (!ok)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    *out = changes;
    *n = count;
    return STATUS_OK;
}
