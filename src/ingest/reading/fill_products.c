/* Articles whose product is described on its first row only (Shopify): name, category and brand of
 * the row that has them are those of all rows of the product. Rows that have nothing but the
 * product, such as those of its pictures, are no articles: they are counted, and left out. */
#include "ingest/reading/reading_priv.h"

#include <string.h>

static const char *const of_product[] = { "title", "category", "brand" };

/* Mapped cells other than the product's id are all empty. */
bool reading_is_picture(const struct reading *r, const struct row *row)
{
    const struct table *t = r->mapping->target.table;
    bool has_product = false;
    if (!r->mapping->fill_down || t == NULL || strcmp(t->name, "product") != 0 ||
        row->refusal != ROW_REFUSAL_NONE)
        return false;
    for (size_t i = 0; i < r->count; i++) {
        const struct reading_column *c = &r->columns[i];
        if (c->source >= row->n || value_unwrap(row->fields[c->source]).len == 0)
            continue;
        if (strcmp(c->field->name, "product_id") != 0)
            return false;
        has_product = true;
    }
    return has_product;
}

enum status merge_fill_products(struct import_job *j, struct error *why)
{
    const struct table *t = j->mapping->target.table;
    const int64_t pictures = reading_counts(j->reading).pictures;
    enum status st = STATUS_OK;
    if (!j->mapping->fill_down || t == NULL || strcmp(t->name, "product") != 0 ||
        !reading_has(j->reading, "product_id"))
        return st;
    for (size_t i = 0; st == STATUS_OK && i < ARRAY_LEN(of_product); i++) {
        if (!reading_has(j->reading, of_product[i]))
            continue;
        st = job_exec(j,
                      why,
                      "UPDATE staging.stage SET \"%s\" = p.\"%s\" FROM (SELECT product_id, "
                      "  arg_min(\"%s\", row_no) AS \"%s\" FROM staging.stage GROUP BY 1) p WHERE "
                      "  p.product_id = stage.product_id AND stage.\"%s\" IS NULL",
                      of_product[i],
                      of_product[i],
                      of_product[i],
                      of_product[i],
                      of_product[i]);
    }
    return st == STATUS_OK && pictures > 0
               ? job_exec(j,
                          why,
                          "INSERT INTO left_out SELECT 'no_article', NULL, NULL, NULL, 0 FROM "
                          "range(%lld)",
                          (long long)pictures)
               : st;
}
