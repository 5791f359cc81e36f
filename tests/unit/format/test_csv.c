#include "rows_rig.h"

static void fields_and_lines_of_plain_csv(void **state)
{
    (void)state;
    rig_check(STR("id,name,price\n1,pen,2.50\r\n2,ink,3\n"),
              NULL,
              "id|name|price",
              "1@2: 1|pen|2.50\n2@3: 2|ink|3\n");
}

static void quotes_double_quotes_and_line_ends_in_quotes(void **state)
{
    (void)state;
    rig_check(STR("id,text\n1,\"a \"\"b\"\" c\"\n2,\"two\r\nlines\n\"\n3,x\n4,\"\"\n"),
              NULL,
              "id|text",
              "1@2: 1|a \"b\" c\n2@3: 2|two\r\nlines\n\n3@6: 3|x\n4@7: 4|\n");
}

static void a_quote_inside_an_unquoted_field_is_text(void **state)
{
    (void)state;
    rig_check(STR("id,size,n\n1,5\" pipe,2\n2,6\",3\n"),
              NULL,
              "id|size|n",
              "1@2: 1|5\" pipe|2\n2@3: 2|6\"|3\n");
}

static void text_behind_a_closing_quote_is_kept(void **state)
{
    (void)state;
    rig_check(STR("id,t\n1,\"ab\"cd\n"), NULL, "id|t", "1@2: 1|abcd\n");
}

static void ragged_rows_are_refused_with_their_column(void **state)
{
    (void)state;
    rig_check(STR("a,b,c\n1,2,3\n1,2\n1,2,3,4\n1,2,3,,\n4,5,6\n"),
              NULL,
              "a|b|c",
              "1@2: 1|2|3\n"
              "2@3 REFUSED column 2: the record has fewer fields than the header\n"
              "3@4 REFUSED column 3: the record has more fields than the header\n"
              "4@5: 1|2|3\n5@6: 4|5|6\n");
}

static void short_rows_may_be_padded(void **state)
{
    (void)state;
    rig_check(STR("a,b,c\n1,2,3\n1\n"),
              &(struct row_options){ .pad_short = true },
              "a|b|c",
              "1@2: 1|2|3\n2@3: 1||\n");
}

static void an_unclosed_quote_at_the_end_costs_its_record_only(void **state)
{
    (void)state;
    rig_check(STR("a,b\n1,2\n3,\"open\n4,5\n"),
              NULL,
              "a|b",
              "1@2: 1|2\n2@3 REFUSED column 1: a quote is opened and never closed\n");
}

static void a_nul_byte_refuses_its_row(void **state)
{
    (void)state;
    rig_check(STR("a,b\n1,2\n3,x\0y\n4,5\n"),
              NULL,
              "a|b",
              "1@2: 1|2\n2@3 REFUSED column 1: the record holds a NUL byte\n3@4: 4|5\n");
}

static void bytes_that_are_not_utf8_refuse_their_row(void **state)
{
    (void)state;
    struct buf file;
    struct buf rows;
    buf_init(&file, 1 << 20);
    buf_init(&rows, 1 << 20);
    buf_adds(&file, "a,b\n");
    for (int i = 1; i <= 300; i++) {
        buf_addf(&file, "%d,%s\n", i, i == 250 ? "caf\xe9" : "caf\xc3\xa9");
        if (i == 250)
            buf_addf(&rows,
                     "250@251 REFUSED column 1: the bytes are not valid in the file's "
                     "encoding\n");
        else
            buf_addf(&rows, "%d@%d: %d|caf\xc3\xa9\n", i, i + 1, i);
    }
    buf_addc(&rows, 0);

    rig_check(buf_str(&file), NULL, "a|b", buf_str(&rows).ptr);

    buf_release(&file);
    buf_release(&rows);
}

static void blank_lines_are_no_rows_but_count_as_lines(void **state)
{
    (void)state;
    rig_check(STR("\na,b\n\n\r\n1,2\n\n\n3,4\n\n"), NULL, "a|b", "1@5: 1|2\n2@8: 3|4\n");
}

static void delimiters_are_found(void **state)
{
    (void)state;
    rig_check(STR("a;b\n1,5;2,5\n3,5;4,5\n"), NULL, "a|b", "1@2: 1,5|2,5\n2@3: 3,5|4,5\n");
    rig_check(STR("a\tb\n1,5\t2\n3\t4\n"), NULL, "a|b", "1@2: 1,5|2\n2@3: 3|4\n");
    rig_check(STR("a|b\n1|2\n"), NULL, NULL, "1@2: 1|2\n");
    rig_check(STR("id,note\n1,a;b\n2,c\n"), NULL, "id|note", "1@2: 1|a;b\n2@3: 2|c\n");
    rig_check(STR("a^b\n1^2\n"), NULL, "a|b", "1@2: 1|2\n");
    rig_check(STR("only\n1\n2\n"), NULL, "only", "1@2: 1\n2@3: 2\n");
}

static void single_quotes_are_found(void **state)
{
    (void)state;
    rig_check(
        STR("'id','name'\n'1','a,b'\n'2','it''s'\n"), NULL, "id|name", "1@2: 1|a,b\n2@3: 2|it's\n");
    rig_check(STR("id,name\n1,'tis\n2,o'neil\n"), NULL, "id|name", "1@2: 1|'tis\n2@3: 2|o'neil\n");
}

static void columns_of_blanks_are_found(void **state)
{
    (void)state;
    rig_check(
        STR(" id  date n   value\r\n 00001 19970101  1   11.77\r\n \r\n 2 19970112  5   77.00\r\n"),
        NULL,
        "id|date|n|value",
        "1@2: 00001|19970101|1|11.77\n2@4: 2|19970112|5|77.00\n");
}

static void a_file_without_header_gets_numbered_columns(void **state)
{
    (void)state;
    rig_check(STR("1,2268318,pv,1511544070\n1,2333346,pv,1511561733\n"),
              NULL,
              NULL,
              "1@1: 1|2268318|pv|1511544070\n2@2: 1|2333346|pv|1511561733\n");
    rig_check(STR("a,b\nc,d\n"),
              &(struct row_options){ .header = ROW_HEADER_NO },
              NULL,
              "1@1: a|b\n2@2: c|d\n");
    rig_check(
        STR("1,2\n3,4\n"), &(struct row_options){ .header = ROW_HEADER_YES }, "1|2", "1@2: 3|4\n");
}

static void empty_files_and_lone_headers(void **state)
{
    (void)state;
    struct row_file *f = rig_open(STR(""), NULL);
    assert_true(row_file_shape(f)->is_empty);
    assert_int_equal(row_file_shape(f)->n_columns, 0);
    row_file_close(f);
    f = rig_open(STR("\n\r\n"), NULL);
    assert_true(row_file_shape(f)->is_empty);
    row_file_close(f);
    rig_check(STR("id,name,price"), NULL, "id|name|price", "");
    rig_check(STR("id,name,price\n"), NULL, "id|name|price", "");
}

static void old_mac_line_ends(void **state)
{
    (void)state;
    rig_check(STR("a,b\r1,2\r3,4\r"), NULL, "a|b", "1@2: 1|2\n2@3: 3|4\n");
}

static void a_record_above_the_limit_is_refused_and_reading_goes_on(void **state)
{
    (void)state;
    struct buf file;
    const struct row_options opt = {
        .block_bytes = 4096, .record_limit = 16384, .header = ROW_HEADER_YES, .field_limit = 8192
    };
    buf_init(&file, 1 << 24);
    buf_adds(&file, "a,b\n1,2\n");
    for (int i = 0; i < 3000000; i++)
        buf_addc(&file, 'x');
    buf_adds(&file, "\n3,4\n5,\"");
    for (int i = 0; i < 20000; i++) /* an open quote that never ends: the next line end does */
        buf_addc(&file, i % 100 == 99 ? '\n' : 'y');
    buf_adds(&file, "\n6,7\n8,");
    for (int i = 0; i < 10000; i++)
        buf_addc(&file, 'z');
    buf_adds(&file, "\n9,9\n");

    struct row_file *f = rig_open(buf_str(&file), &opt);
    struct buf out;
    buf_init(&out, 1 << 20);
    rig_read(f, &out);
    buf_addc(&out, 0);

    const char *text = buf_str(&out).ptr;
    assert_non_null(
        strstr(text,
               "1@2: 1|2\n2@3 REFUSED column 0: the record is larger than 16 "
               "MiB\n3@4: 3|4\n4@5 REFUSED column 0: a quote is opened and not closed"));
    assert_non_null(strstr(text, ": 6|7\n"));
    assert_non_null(strstr(text, "REFUSED column 1: a field is larger than 1 MiB\n"));
    assert_non_null(strstr(text, "@208: 9|9\n"));
    buf_release(&out);
    buf_release(&file);
    row_file_close(f);
}

/* The same rows whatever the block size: quotes, line ends and blank lines at every border. */
static void block_borders_do_not_show(void **state)
{
    (void)state;
    struct buf file;
    struct buf whole;
    buf_init(&file, 1 << 22);
    buf_init(&whole, 1 << 22);
    buf_adds(&file, "id,text,n\n");
    for (int i = 0; i < 2000; i++) {
        static const char *const texts[] = { "plain", "\"a,b\"",  "\"x\ny\"", "\"q\"\"q\"",
                                             "",      "\"\"\"\"", "5\"",      "\"\r\n\"" };
        buf_addf(&file, "%d,%s,%d\n", i, texts[(i * 7 + i / 5) % 8], i % 13);
        if (i % 17 == 0)
            buf_adds(&file, i % 2 == 0 ? "\n" : "\r\n");
    }
    struct row_file *f = rig_open(buf_str(&file), NULL);
    rig_read(f, &whole);
    row_file_close(f);

    for (size_t block = 256; block < 420; block += 3) {
        struct buf part;
        buf_init(&part, 1 << 22);
        f = rig_open(buf_str(&file), &(struct row_options){ .block_bytes = block });
        rig_read(f, &part);
        assert_true(str_eq(buf_str(&part), buf_str(&whole)));
        row_file_close(f);
        buf_release(&part);
    }
    assert_non_null(strstr(whole.data, "1999@"));
    buf_release(&file);
    buf_release(&whole);
}

static void decimal_and_group_marks_are_guessed(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        char decimal;
        char group;
    } cases[] = {
        { "p;q\n1,50;2\n3,25;4\n", ',', 0 },
        { "p;q\n1.234,50;2\n3,25;4\n", ',', '.' },
        { "p,q\n\"1,234.50\",2\n3.25,4\n", '.', ',' },
        { "p,q\n1.5,2\n", '.', 0 },
        { "p;q\n1.234;2\n", '.', 0 },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct row_file *f = rig_open(str_from(cases[i].text), NULL);
        assert_int_equal(row_file_shape(f)->decimal_mark, cases[i].decimal);
        assert_int_equal(row_file_shape(f)->group_mark, cases[i].group);
        row_file_close(f);
    }
}

static void the_raw_text_is_the_record_as_written(void **state)
{
    (void)state;
    struct row_file *f = rig_open(STR("a,b\n1,\"x\ny\"\r\n2\n"), NULL);
    struct row_block *b = row_block_new();
    struct row row;
    bool got = false;
    assert_int_equal(row_file_next_block(f, b, &got, NULL), STATUS_OK);
    assert_true(row_next(b, &row));
    assert_true(str_is(row.raw, "1,\"x\ny\""));
    assert_true(row_next(b, &row));
    assert_true(str_is(row.raw, "2"));
    assert_int_equal(row.refusal, ROW_REFUSAL_TOO_FEW);
    assert_false(row_next(b, &row));
    row_block_free(b);
    row_file_close(f);
}

static void what_is_no_table_is_said_to_be_none(void **state)
{
    (void)state;
    static const struct {
        str bytes;
        const char *words;
    } cases[] = {
        { { "\xd0\xcf\x11\xe0rest", 8 }, "(.xls) is damaged" },
        { { "%PDF-1.4", 8 }, "PDF" },
        { { "\x7f"
            "ELF\1\2\3\4\5\6\7\0\1\2\3\4",
            16 },
          "binary" },
        { { "PK\3\4 not a zip", 13 }, "zip" },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct row_file *f = NULL;
        struct error why = { 0 };
        assert_int_equal(row_file_open_bytes(cases[i].bytes, NULL, &f, &why), STATUS_BAD_INPUT);
        assert_non_null(strstr(why.text, cases[i].words));
    }
    struct row_file *f = rig_open(STR("PAR1xxxx"), NULL);
    assert_int_equal(row_file_shape(f)->format, ROW_FORMAT_PARQUET);
    row_file_close(f);
}

static void real_files_have_the_rows_they_are_known_to_have(void **state)
{
    static const struct {
        const char *name;
        int64_t rows;
        size_t columns;
        int64_t refused;
    } files[] = {
        { "online_retail/online_retail_541909.csv.gz", 541909, 8, 0 },
        { "cdnow/CDNOW_master.txt.gz", 69659, 4, 0 },
        { "cdnow/CDNOW_sample.txt.gz", 6919, 5, 0 },
        { "rees46/2019-Oct_head.csv.gz", 17435, 9, 1 }, /* its last line is cut off */
        { "taobao/UserBehavior_head.csv", 4321, 5, 0 },
        { "reviews/Womens_Clothing_E-Commerce_Reviews.csv.gz", 23486, 11, 0 },
        { "reviews/online_shopping_10_cats.csv.gz", 62774, 3, 0 },
        { "reviews/waimai_10k.csv.gz", 11987, 2, 0 },
        { "shopify/orders_export_sample.csv", 18, 79, 0 },
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        char *path = rig_shared(files[i].name);
        if (path == NULL)
            continue;
        const struct rig_count c = rig_count_file(path, NULL);
        assert_int_equal(c.rows, files[i].rows);
        assert_int_equal(c.columns, files[i].columns);
        assert_int_equal(c.refused, files[i].refused);
        free(path);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_and_lines_of_plain_csv),
        cmocka_unit_test(quotes_double_quotes_and_line_ends_in_quotes),
        cmocka_unit_test(a_quote_inside_an_unquoted_field_is_text),
        cmocka_unit_test(text_behind_a_closing_quote_is_kept),
        cmocka_unit_test(ragged_rows_are_refused_with_their_column),
        cmocka_unit_test(short_rows_may_be_padded),
        cmocka_unit_test(an_unclosed_quote_at_the_end_costs_its_record_only),
        cmocka_unit_test(a_nul_byte_refuses_its_row),
        cmocka_unit_test(bytes_that_are_not_utf8_refuse_their_row),
        cmocka_unit_test(blank_lines_are_no_rows_but_count_as_lines),
        cmocka_unit_test(delimiters_are_found),
        cmocka_unit_test(single_quotes_are_found),
        cmocka_unit_test(columns_of_blanks_are_found),
        cmocka_unit_test(a_file_without_header_gets_numbered_columns),
        cmocka_unit_test(empty_files_and_lone_headers),
        cmocka_unit_test(old_mac_line_ends),
        cmocka_unit_test(a_record_above_the_limit_is_refused_and_reading_goes_on),
        cmocka_unit_test(block_borders_do_not_show),
        cmocka_unit_test(decimal_and_group_marks_are_guessed),
        cmocka_unit_test(the_raw_text_is_the_record_as_written),
        cmocka_unit_test(what_is_no_table_is_said_to_be_none),
        cmocka_unit_test(real_files_have_the_rows_they_are_known_to_have),
    };
    return cmocka_run_group_tests_name("format: csv", tests, NULL, NULL);
}
