/* The end of a report: what its marks mean, what its figures lack, why values are missing. */
#include "notify/rhythm_priv.h"

#define APART STR(ANSWER_NAMES_APART)

/* What the answers say of the report's own days, each once: notes that differ in the KPIs alone
 * that they name at their end become one. */
struct foot_note {
    str text;
    size_t head; /* its length before the names; 0: it names none */
};

static bool names_one(str names, str name)
{
    while (names.len > 0) {
        const size_t at = str_find(names, APART);
        if (str_eq(str_first(names, at), name))
            return true;
        names = str_skip(names, at < names.len ? at + APART.len : names.len);
    }
    return false;
}

/* Adds the names that are not there yet. */
static void join_names(struct rhythm_run *r, struct foot_note *known, str names)
{
    while (names.len > 0) {
        const size_t at = str_find(names, APART);
        const str name = str_first(names, at);
        names = str_skip(names, at < names.len ? at + APART.len : names.len);
        if (!names_one(str_skip(known->text, known->head), name))
            known->text = arena_printf(
                r->arena, "%.*s" ANSWER_NAMES_APART "%.*s", STR_ARG(known->text), STR_ARG(name));
    }
}

static void add_note(struct rhythm_run *r,
                     struct foot_note *notes,
                     size_t *n,
                     struct foot_note note)
{
    for (size_t i = 0; i < *n; i++) {
        struct foot_note *known = &notes[i];
        if (str_eq(known->text, note.text))
            return;
        if (note.head == 0 || known->head != note.head ||
            !str_eq(str_first(known->text, note.head), str_first(note.text, note.head)))
            continue;
        join_names(r, known, str_skip(note.text, note.head));
        return;
    }
    notes[(*n)++] = note;
}

static void write_notes(struct rhythm_run *r)
{
    size_t most = 0;
    size_t n = 0;
    for (size_t i = 0; i < r->answer_count; i++)
        most += r->answers[i]->note_count;
    struct foot_note *notes = ARENA_NEW(r->arena, struct foot_note, most + 1);
    for (size_t i = 0; notes != NULL && i < r->answer_count; i++) {
        const struct answer *a = r->answers[i];
        for (size_t j = 0; j < a->note_count && a->from == r->range.from && a->to == r->range.to;
             j++)
            add_note(r, notes, &n, (struct foot_note){ a->notes[j], a->note_heads[j] });
    }
    for (size_t i = 0; i < n; i++)
        document_sentence(r->document, notes[i].text);
}

void rhythm_foot(struct rhythm_run *r)
{
    if (r->has_partial)
        document_sentence(r->document,
                          str_from(tr(r->lang, "* The data of the period is not complete yet.")));
    write_notes(r);
    for (size_t i = 0; i < r->reason_count; i++)
        rhythm_sentencef(r, "– %s", r->reasons[i]);
}
