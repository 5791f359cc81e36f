#include "rows_rig.h"

static void ndjson_objects_become_rows(void **state)
{
    (void)state;
    rig_check(STR("{\"id\":1,\"p\":12.50,\"ok\":true,\"n\":null}\n\n{\"id\":\"0012\",\"p\":1e3}\n"),
              NULL,
              "id|p|ok|n",
              "1@1: 1|12.50|true|\n2@3: 0012|1e3||\n");
}

static void numbers_keep_their_text(void **state)
{
    (void)state;
    rig_check(
        STR("{\"a\":1.10,\"b\":12345678901234567890123,\"c\":-0.0}\n{\"a\":2,\"b\":1,\"c\":0}\n"),
        NULL,
        "a|b|c",
        "1@1: 1.10|12345678901234567890123|-0.0\n2@2: 2|1|0\n");
}

static void nested_objects_become_dotted_columns(void **state)
{
    (void)state;
    rig_check(
        STR("[{\"id\":1,\"customer\":{\"id\":7,\"name\":{\"first\":\"Li\"}},\"tags\":[1, \"a\"]}]"),
        NULL,
        "id|customer.id|customer.name.first|tags",
        "1@1: 1|7|Li|[1,\"a\"]\n");
}

static void line_items_become_one_row_each(void **state)
{
    (void)state;
    rig_check(STR("[\n{\"id\":1,\"line_items\":[{\"sku\":\"A\",\"q\":1},{\"sku\":\"B\",\"q\":2,"
                  "\"x\":[{}]}],"
                  "\"total\":\"3\"},\n\n{\"id\":2,\"line_items\":[],\"total\":\"0\"},{\"id\":3,"
                  "\"total\":\"9\"}]"),
              NULL,
              "id|line_items.sku|line_items.q|line_items.x|total",
              "10000001@2[1/2]: 1|A|1||3\n10000002@2[2/2]: 1|B|2|[{}]|3\n"
              "20000001@4: 2||||0\n30000001@4: 3||||9\n");
}

static void expansion_can_be_chosen_or_refused(void **state)
{
    (void)state;
    const str text = STR(
        "{\"id\":1,\"lines\":[{\"s\":1},{\"s\":2}],\"tax\":[{\"t\":3},{\"t\":4}]}\n{\"id\":2}\n");
    rig_check(
        text,
        &(struct row_options){ .expand = "tax" },
        "id|lines|tax.t",
        "10000001@1[1/2]: 1|[{\"s\":1},{\"s\":2}]|3\n10000002@1[2/2]: 1|[{\"s\":1},{\"s\":2}]|4\n"
        "20000001@2: 2||\n");
    rig_check(text,
              &(struct row_options){ .expand = "" },
              "id|lines|tax",
              "1@1: 1|[{\"s\":1},{\"s\":2}]|[{\"t\":3},{\"t\":4}]\n2@2: 2||\n");
}

static void records_are_found_in_a_wrapping_object(void **state)
{
    (void)state;
    rig_check(STR("{\"count\":2,\"orders\":[{\"id\":1},{\"id\":2}],\"next\":null}"),
              NULL,
              "id",
              "1@1: 1\n2@1: 2\n");
    rig_check(
        STR("{\n \"order\": {\"id\": 1, \"n\": {\"a\": 2}}\n}\n"), NULL, "id|n.a", "1@2: 1|2\n");
    rig_check(STR("{\"stuff\":[{\"id\":5}]}"),
              &(struct row_options){ .records = "stuff" },
              "id",
              "1@1: 5\n");
    rig_check(STR("{\n\"id\": 1}\n{\n\"id\": 2}\n"), NULL, "id", "1@1: 1\n2@3: 2\n");
    struct row_file *f = NULL;
    struct error why = { 0 };
    assert_int_equal(
        row_file_open_bytes(STR("{\"a\":\n1}"), &(struct row_options){ .records = "b" }, &f, &why),
        STATUS_BAD_INPUT);
}

static void broken_records_are_refused_one_by_one(void **state)
{
    (void)state;
    rig_check(STR("{\"a\":1}\n{\"a\":}\n{\"a\":1,\"a\":2}\n[1]\n{\"a\":\"x\\u0000\"}\n{\"a\":01}\n{"
                  "\"a\":2}\n"),
              NULL,
              "a",
              "1@1: 1\n2@2 REFUSED column 0: the record is not valid JSON\n"
              "3@3 REFUSED column 0: the JSON object has the same key twice\n"
              "4@4 REFUSED column 0: the record is not a JSON object\n"
              "5@5 REFUSED column 0: the record holds a NUL byte\n"
              "6@6 REFUSED column 0: the record is not valid JSON\n7@7: 2\n");
}

static void an_array_that_is_cut_off_is_not_silent(void **state)
{
    (void)state;
    rig_check(STR("[{\"a\":1},\n{\"a\":2}"),
              NULL,
              "a",
              "1@1: 1\n2@2: 2\n3@2 REFUSED column 0: the record is not valid JSON\n");
    rig_check(STR("[{\"a\":1},\n{\"a\":"),
              NULL,
              "a",
              "1@1: 1\n2@2 REFUSED column 0: the record is not valid JSON\n");
}

static void deep_nesting_is_refused(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 1 << 20);
    buf_adds(&b, "{\"a\":1}\n{\"a\":");
    for (int i = 0; i < 5000; i++)
        buf_addc(&b, '[');
    for (int i = 0; i < 5000; i++)
        buf_addc(&b, ']');
    buf_adds(&b, "}\n{\"a\":2}\n");
    rig_check(buf_str(&b),
              NULL,
              "a",
              "1@1: 1\n2@2 REFUSED column 0: the JSON is nested too deeply\n3@3: 2\n");
    buf_release(&b);
}

static void unknown_keys_are_counted(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 1 << 24);
    for (int i = 0; i < 80000; i++)
        buf_addf(&b, "{\"id\":%d,\"text\":\"abcdefghij\"}\n", i);
    buf_adds(&b, "{\"id\":1,\"late\":2}\n");
    struct row_file *f = rig_open(buf_str(&b), NULL);
    struct row_block *block = row_block_new();
    bool got = true;
    uint64_t unseen = 0;
    while (row_file_next_block(f, block, &got, NULL) == STATUS_OK && got) {
        struct row row;
        str name;
        while (row_next(block, &row))
            assert_int_equal(row.refusal, ROW_REFUSAL_NONE);
        unseen += row_block_unseen(block, &name);
        if (unseen > 0)
            assert_true(str_is(name, "late"));
    }
    assert_int_equal(unseen, 1);
    row_block_free(block);
    row_file_close(f);
    buf_release(&b);
}

/* The same rows whatever the block size, with long records and records that are too long. */
static void block_borders_do_not_show(void **state)
{
    (void)state;
    struct buf file;
    struct buf whole;
    buf_init(&file, 1 << 22);
    buf_init(&whole, 1 << 22);
    buf_adds(&file, "[");
    for (int i = 0; i < 400; i++) {
        buf_addf(
            &file, "%s\n{\"id\":%d,\"t\":\"a ] } \\\" , \",\n\"items\":[", i > 0 ? "," : "", i);
        for (int k = 0; k < i % 5; k++)
            buf_addf(&file, "%s{\"k\":%d}", k > 0 ? "," : "", k);
        buf_adds(&file, "]}");
    }
    buf_adds(&file, "\n]\n");
    struct row_file *f = rig_open(buf_str(&file), NULL);
    rig_read(f, &whole);
    row_file_close(f);
    for (size_t block = 256; block < 400; block += 7) {
        struct buf part;
        buf_init(&part, 1 << 22);
        f = rig_open(buf_str(&file), &(struct row_options){ .block_bytes = block });
        rig_read(f, &part);
        assert_true(str_eq(buf_str(&part), buf_str(&whole)));
        row_file_close(f);
        buf_release(&part);
    }
    assert_non_null(memmem(whole.data, whole.len, "4000000001@", 11));
    buf_release(&file);
    buf_release(&whole);
}

static void a_record_above_the_limit_is_refused_and_reading_goes_on(void **state)
{
    (void)state;
    struct buf b;
    const struct row_options opt = { .block_bytes = 256, .record_limit = 8192 };
    buf_init(&b, 1 << 24);
    buf_adds(&b, "[{\"a\":1},{\"a\":\"");
    for (int i = 0; i < 2000000; i++)
        buf_addc(&b, 'x');
    buf_adds(&b, "\"},\n{\"a\":3}]");
    rig_check(buf_str(&b),
              &opt,
              "a",
              "1@1: 1\n2@1 REFUSED column 0: the record is larger than 16 MiB\n3@2: 3\n");
    buf_release(&b);
}

static void real_files(void **state)
{
    static const struct {
        const char *name;
        int64_t rows;
    } files[] = {
        { "shopify/orders.json", 1 },
        { "shopify/checkouts.json", 2 },
        { "shopify/products.json", 4 },
        { "shopify/inventory_levels.json", 4 },
        { "shopify/customers_search.json", 1 },
        { "segment/segment_ecommerce_v2_examples.ndjson", 34 },
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        char *path = rig_shared(files[i].name);
        if (path == NULL)
            continue;
        const struct rig_count c = rig_count_file(path, NULL);
        assert_int_equal(c.rows, files[i].rows);
        assert_int_equal(c.refused, 0);
        free(path);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ndjson_objects_become_rows),
        cmocka_unit_test(numbers_keep_their_text),
        cmocka_unit_test(nested_objects_become_dotted_columns),
        cmocka_unit_test(line_items_become_one_row_each),
        cmocka_unit_test(expansion_can_be_chosen_or_refused),
        cmocka_unit_test(records_are_found_in_a_wrapping_object),
        cmocka_unit_test(broken_records_are_refused_one_by_one),
        cmocka_unit_test(an_array_that_is_cut_off_is_not_silent),
        cmocka_unit_test(deep_nesting_is_refused),
        cmocka_unit_test(unknown_keys_are_counted),
        cmocka_unit_test(block_borders_do_not_show),
        cmocka_unit_test(a_record_above_the_limit_is_refused_and_reading_goes_on),
        cmocka_unit_test(real_files),
    };
    return cmocka_run_group_tests_name("format: json rows", tests, NULL, NULL);
}
