/* Old Excel files, put together record by record. */
#include "rows_rig.h"

struct book {
    struct buf globals; /* records of the workbook */
    struct buf cells;   /* records of the only sheet */
};

static void add16(struct buf *b, unsigned v)
{
    buf_addc(b, (char)(v & 0xff));
    buf_addc(b, (char)(v >> 8 & 0xff));
}

static void add32(struct buf *b, uint32_t v)
{
    add16(b, v & 0xffff);
    add16(b, v >> 16);
}

static void add_f64(struct buf *b, double v)
{
    uint64_t bits;
    memcpy(&bits, &v, sizeof bits);
    add32(b, (uint32_t)bits);
    add32(b, (uint32_t)(bits >> 32));
}

static void record(struct buf *b, unsigned id, str body)
{
    add16(b, id);
    add16(b, (unsigned)body.len);
    buf_add(b, body);
}

#define BYTES(lit)   ((str){ lit, sizeof(lit) - 1 })
#define BOF8_GLOBALS "\0\6\5\0\0\0\0\0\0\0\0\0\0\0\0\0"
#define BOF8_SHEET   "\0\6\x10\0\0\0\0\0\0\0\0\0\0\0\0\0"
#define BOF5_GLOBALS "\0\5\5\0\0\0\0\0"
#define BOF5_SHEET   "\0\5\x10\0\0\0\0\0"

static void cell(
    struct book *k, unsigned id, unsigned row, unsigned column, unsigned style, str rest)
{
    struct buf b;
    buf_init(&b, 65536);
    add16(&b, row);
    add16(&b, column);
    add16(&b, style);
    buf_add(&b, rest);
    record(&k->cells, id, buf_str(&b));
    buf_release(&b);
}

static void label(struct book *k, unsigned row, unsigned column, const char *text)
{
    struct buf b;
    buf_init(&b, 65536);
    add16(&b, (unsigned)strlen(text));
    buf_addc(&b, 0);
    buf_adds(&b, text);
    cell(k, 0x204, row, column, 0, buf_str(&b));
    buf_release(&b);
}

static void number(struct book *k, unsigned row, unsigned column, unsigned style, double v)
{
    struct buf b;
    buf_init(&b, 64);
    add_f64(&b, v);
    cell(k, 0x203, row, column, style, buf_str(&b));
    buf_release(&b);
}

static void book_init(struct book *k)
{
    buf_init(&k->globals, 1 << 20);
    buf_init(&k->cells, 1 << 20);
    /* styles: number, date, date with time of an own format */
    record(&k->globals, 0x41e, BYTES("\xa4\0\x10\0\0yyyy/mm/dd hh:mm"));
    record(&k->globals, 0xe0, BYTES("\0\0\0\0\0\0"));
    record(&k->globals, 0xe0, BYTES("\0\0\x0e\0\0\0"));
    record(&k->globals, 0xe0, BYTES("\0\0\xa4\0\0\0"));
}

/* The stream in a container whose sectors follow one another. The caller frees. */
static str container(str stream, const char *entry)
{
    struct buf b;
    const size_t size = stream.len > 4096 ? stream.len : 4096;
    const size_t data = (size + 511) / 512;
    buf_init(&b, 1 << 22);
    buf_add(&b, BYTES("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"));
    while (b.len < 512)
        buf_addc(&b, b.len == 30 ? 9 : b.len == 32 ? 6 : 0);
    buf_add(&b, stream);
    while (b.len < 512 * (data + 1))
        buf_addc(&b, 0);
    const size_t directory = b.len;
    while (b.len < directory + 512)
        buf_addc(&b, 0);
    for (size_t i = 0; i < 128; i++)
        add32(&b, i + 1 < data ? (uint32_t)i + 1 : i == data + 1 ? 0xfffffffd : 0xfffffffe);
    char *bytes = malloc(b.len);
    memcpy(bytes, b.data, b.len);
    const str out = { bytes, b.len };
    struct buf head;
    buf_init(&head, 4096);
    add32(&head, 1);
    add32(&head, (uint32_t)data);
    add32(&head, 0);
    add32(&head, 4096);
    memcpy(bytes + 44, head.data, 16);
    buf_clear(&head);
    add32(&head, 0xfffffffe);
    add32(&head, 0);
    add32(&head, 0xfffffffe);
    add32(&head, 0);
    add32(&head, (uint32_t)data + 1);
    for (size_t i = 1; i < 109; i++)
        add32(&head, 0xffffffff);
    memcpy(bytes + 60, head.data, head.len);
    buf_release(&head);
    bytes[directory + 66] = 5;
    for (size_t i = 0; entry[i] != '\0'; i++)
        bytes[directory + 128 + 2 * i] = entry[i];
    bytes[directory + 128 + 64] = (char)(2 * strlen(entry) + 2);
    bytes[directory + 128 + 66] = 2;
    bytes[directory + 128 + 120] = (char)(size & 0xff);
    bytes[directory + 128 + 121] = (char)(size >> 8);
    bytes[directory + 128 + 122] = (char)(size >> 16);
    buf_release(&b);
    return out;
}

static str book_bytes(struct book *k, str globals_start, str sheet_start, str sheet)
{
    struct buf b;
    buf_init(&b, 1 << 22);
    record(&b, 0x809, globals_start);
    buf_add(&b, buf_str(&k->globals));
    const size_t offset = b.len + 4 + 4 + sheet.len + 4;
    struct buf bound;
    buf_init(&bound, 4096);
    add32(&bound, (uint32_t)offset);
    buf_add(&bound, sheet);
    record(&b, 0x85, buf_str(&bound));
    record(&b, 0x0a, STR_EMPTY);
    assert_int_equal(b.len, offset);
    record(&b, 0x809, sheet_start);
    buf_add(&b, buf_str(&k->cells));
    record(&b, 0x0a, STR_EMPTY);
    const str out = container(buf_str(&b), "Workbook");
    buf_release(&bound);
    buf_release(&b);
    buf_release(&k->globals);
    buf_release(&k->cells);
    return out;
}

#define SHEET8 BYTES("\0\0\6\0Orders")

static void check(struct book *k, const char *header, const char *rows)
{
    const str bytes = book_bytes(k, BYTES(BOF8_GLOBALS), BYTES(BOF8_SHEET), SHEET8);
    rig_check(bytes, &(struct row_options){ .want_sha256 = true }, header, rows);
    free((void *)(uintptr_t)bytes.ptr);
}

static void numbers_dates_texts_and_flags(void **state)
{
    struct book k;
    (void)state;
    book_init(&k);
    label(&k, 1, 0, "order");
    label(&k, 1, 1, "price");
    label(&k, 1, 2, "day");
    label(&k, 1, 3, "when");
    label(&k, 1, 4, "gift");
    number(&k, 2, 0, 0, 1001);
    number(&k, 2, 1, 0, 2.5499999999999998);
    number(&k, 2, 2, 1, 45352);
    number(&k, 2, 3, 2, 45352.4375);
    cell(&k, 0x205, 2, 4, 0, BYTES("\1\0"));
    number(&k, 3, 0, 0, 6917930123456789012.0);      /* as Excel keeps it */
    cell(&k, 0x27e, 3, 1, 0, BYTES("\x93\x0a\0\0")); /* 676 / 100 */
    cell(&k, 0x205, 3, 4, 0, BYTES("\x07\1"));       /* #DIV/0! */
    check(&k,
          "order|price|day|when|gift",
          "1@3: 1001|2.55|2024-03-01|2024-03-01 10:30:00|true\n"
          "2@4: 6917930123456790000|6.76|||#DIV/0!\n");
}

static void runs_of_numbers_and_formulas(void **state)
{
    struct book k;
    (void)state;
    book_init(&k);
    label(&k, 0, 0, "a");
    label(&k, 0, 1, "b");
    label(&k, 0, 2, "c");
    /* two numbers in one record, columns 0 and 1 */
    record(&k.cells, 0xbd, BYTES("\1\0\0\0\0\0\x06\0\0\0\0\0\x0a\0\0\0\1\0"));
    cell(&k, 0x06, 1, 2, 0, BYTES("\0\0\0\0\0\0\xff\xff\0\0\0\0\0\0"));
    record(&k.cells, 0x207, BYTES("\2\0\0ok"));
    cell(&k, 0x06, 2, 0, 0, BYTES("\0\0\0\0\0\0\x08\x40\0\0\0\0\0\0")); /* 3 */
    check(&k, "a|b|c", "1@2: 1|2|ok\n2@3: 3||\n");
}

static void cells_out_of_order_stand_in_order(void **state)
{
    struct book k;
    (void)state;
    book_init(&k);
    number(&k, 2, 1, 0, 4);
    number(&k, 1, 1, 0, 2);
    label(&k, 0, 1, "b");
    label(&k, 2, 0, "y");
    label(&k, 1, 0, "x");
    label(&k, 0, 0, "a");
    check(&k, "a|b", "1@2: x|2\n2@3: y|4\n");
}

static void merged_cells_are_filled_down(void **state)
{
    struct book k;
    (void)state;
    book_init(&k);
    label(&k, 0, 0, "order");
    label(&k, 0, 1, "n");
    label(&k, 1, 0, "O1");
    number(&k, 1, 1, 0, 1);
    number(&k, 2, 1, 0, 2);
    record(&k.cells, 0xe5, BYTES("\1\0\1\0\2\0\0\0\0\0"));
    check(&k, "order|n", "1@2: O1|1\n2@3: O1|2\n");
}

static void shared_strings_go_on_in_the_next_record(void **state)
{
    struct book k;
    (void)state;
    book_init(&k);
    /* "ab" cut behind its first letter: the rest has two bytes a letter; then 中 */
    record(&k.globals, 0xfc, BYTES("\2\0\0\0\3\0\0\0\4\0\0name\2\0\0a"));
    record(&k.globals, 0x3c, BYTES("\1b\0\1\0\1\x2d\x4e"));
    cell(&k, 0xfd, 0, 0, 0, BYTES("\0\0\0\0"));
    label(&k, 0, 1, "n");
    cell(&k, 0xfd, 1, 0, 0, BYTES("\1\0\0\0"));
    number(&k, 1, 1, 0, 1);
    cell(&k, 0xfd, 2, 0, 0, BYTES("\2\0\0\0"));
    cell(&k, 0xfd, 3, 0, 0, BYTES("\x63\0\0\0"));
    check(&k,
          "name|n",
          "1@2: ab|1\n2@3: 中|\n3@4 REFUSED column 0: the cell refers to text or a number that "
          "cannot be read\n");
}

static void the_older_form_has_texts_in_a_code_page(void **state)
{
    struct book k;
    (void)state;
    buf_init(&k.globals, 1 << 20);
    buf_init(&k.cells, 1 << 20);
    record(&k.globals, 0x42, BYTES("\xa8\3")); /* 936 */
    cell(&k, 0x204, 0, 0, 0, BYTES("\4\0\xb6\xa9\xb5\xa5"));
    cell(&k, 0x204, 0, 1, 0, BYTES("\1\0n"));
    cell(&k, 0x204, 1, 0, 0, BYTES("\1\0x"));
    number(&k, 1, 1, 0, 7);
    const str bytes =
        book_bytes(&k, BYTES(BOF5_GLOBALS), BYTES(BOF5_SHEET), BYTES("\0\0\2\xb1\xed"));
    rig_check(bytes, &(struct row_options){ 0 }, "订单|n", "1@2: x|7\n");
    free((void *)(uintptr_t)bytes.ptr);
}

static void expect_error(str bytes, const char *text)
{
    struct row_file *f = NULL;
    struct error why = { 0 };
    assert_int_not_equal(row_file_open_bytes(bytes, NULL, &f, &why), STATUS_OK);
    assert_true(str_contains(str_from(why.text), str_from(text)));
}

static void what_is_no_workbook_is_said(void **state)
{
    struct book k;
    (void)state;
    book_init(&k);
    record(&k.globals, 0x2f, BYTES("\1\0"));
    str bytes = book_bytes(&k, BYTES(BOF8_GLOBALS), BYTES(BOF8_SHEET), SHEET8);
    expect_error(bytes, "password");
    expect_error(str_first(bytes, 600), "damaged or cut off");
    free((void *)(uintptr_t)bytes.ptr);
    bytes = container(STR("text"), "WordDocument");
    expect_error(bytes, "not an Excel one");
    free((void *)(uintptr_t)bytes.ptr);
    bytes = container(STR("text"), "Workbook");
    expect_error(bytes, "damaged");
    free((void *)(uintptr_t)bytes.ptr);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_dates_texts_and_flags),
        cmocka_unit_test(runs_of_numbers_and_formulas),
        cmocka_unit_test(cells_out_of_order_stand_in_order),
        cmocka_unit_test(merged_cells_are_filled_down),
        cmocka_unit_test(shared_strings_go_on_in_the_next_record),
        cmocka_unit_test(the_older_form_has_texts_in_a_code_page),
        cmocka_unit_test(what_is_no_workbook_is_said),
    };
    return cmocka_run_group_tests_name("format/xls", tests, NULL, NULL);
}
