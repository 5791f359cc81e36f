#include "rows_rig.h"

#include <zip.h>

#define WORKBOOK(props)                                                                     \
    "<workbook xmlns:r='x'>" props "<sheets><sheet name='Orders' sheetId='1' r:id='rId1'/>" \
    "<sheet name='第二' sheetId='2' r:id='rId2'/></sheets></workbook>"
#define RELATIONS                                                             \
    "<Relationships><Relationship Id='rId1' Target='worksheets/sheet1.xml'/>" \
    "<Relationship Id='rId2' Target='/xl/worksheets/sheet2.xml'/></Relationships>"
#define STYLES                                                                                    \
    "<styleSheet><numFmts><numFmt numFmtId='164' formatCode='yyyy\\-mm\\-dd hh:mm'/>"             \
    "<numFmt numFmtId='165' formatCode='0.00\"d\"'/><numFmt numFmtId='166' formatCode='[h]:mm'/>" \
    "<numFmt numFmtId='167' formatCode='0.0%;[Red]-0.0%'/></numFmts><cellStyleXfs><xf "           \
    "numFmtId='14'/></cellStyleXfs><cellXfs><xf numFmtId='0'/>"                                   \
    "<xf numFmtId='14'/><xf numFmtId='164'/><xf numFmtId='21'/><xf numFmtId='165'/>"              \
    "<xf numFmtId='166'/><xf numFmtId='10'/><xf numFmtId='167'/></cellXfs></styleSheet>"
#define STRINGS                                                                                \
    "<sst><si><t>order</t></si><si><r><t>pri</t></r><r><t>ce</t></r><rPh><t>zz</t></rPh></si>" \
    "<si><t>when</t></si><si><t>A_x000A_B &amp; C</t></si></sst>"
#define HEADER                                                            \
    "<row r='2'><c r='A2' t='s'><v>0</v></c><c r='B2' t='s'><v>1</v></c>" \
    "<c r='C2' t='s'><v>2</v></c></row>"

static void add(zip_t *z, const char *name, const char *text)
{
    zip_source_t *s = zip_source_buffer(z, text, strlen(text), 0);
    assert_non_null(s);
    assert_true(zip_file_add(z, name, s, ZIP_FL_OVERWRITE) >= 0);
}

/* A workbook with the rows on its first sheet, as bytes; the caller frees. */
static str make(const char *workbook, const char *rows)
{
    char path[] = "/tmp/shopvane-xlsx-XXXXXX";
    const int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    int code = 0;
    zip_t *z = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, &code);
    struct buf sheet;
    buf_init(&sheet, 1 << 26);
    buf_adds(&sheet, "<worksheet><sheetData>");
    buf_adds(&sheet, rows);
    buf_adds(&sheet, "</sheetData><mergeCells><mergeCell ref='A1:B1'/></mergeCells></worksheet>");
    buf_addc(&sheet, 0);
    add(z, "xl/workbook.xml", workbook);
    add(z, "xl/_rels/workbook.xml.rels", RELATIONS);
    add(z, "xl/styles.xml", STYLES);
    add(z, "xl/sharedStrings.xml", STRINGS);
    add(z, "xl/worksheets/sheet1.xml", sheet.data);
    add(z,
        "xl/worksheets/sheet2.xml",
        "<worksheet><sheetData><row><c t='inlineStr'><is><t>x</t></is></c>"
        "<c><v>1</v></c></row></sheetData></worksheet>");
    assert_int_equal(zip_close(z), 0);
    buf_release(&sheet);
    FILE *f = fopen(path, "rb");
    char *bytes = malloc(1 << 22);
    const size_t n = fread(bytes, 1, 1 << 22, f);
    fclose(f);
    unlink(path);
    return (str){ bytes, n };
}

static void check(const char *workbook,
                  const char *rows,
                  const struct row_options *opt,
                  const char *header,
                  const char *expected)
{
    const str bytes = make(workbook, rows);
    rig_check(bytes, opt, header, expected);
    free((void *)(uintptr_t)bytes.ptr);
}

static void texts_numbers_and_dates(void **state)
{
    (void)state;
    check(WORKBOOK(""),
          HEADER
          "<row r='3'><c r='A3' t='s'><v>3</v></c><c r='B3'><v>2.5499999999999998</v></c>"
          "<c r='C3' s='2'><v>40513.351388888892</v></c></row>"
          "<row r='4'/><row r='6'><c r='A6'><v>536365</v></c><c r='C6' s='1'><v>40513</v></c></row>"
          "<row r='7'><c r='A7' t='inlineStr'><is><t>in</t></is></c><c r='B7'><v>1E-3</v></c>"
          "<c r='C7' s='3'><v>0.5</v></c></row>"
          "<row r='8'><c r='A8' t='b'><v>1</v></c><c r='B8' s='4'><v>7.25</v></c>"
          "<c r='C8' s='5'><v>1.5</v></c></row>"
          "<row r='9'><c r='A9' t='str'><f>1+1</f><v>two</v></c><c r='B9' "
          "t='e'><v>#N/A</v></c></row>",
          NULL,
          "order|price|when",
          "1@3: A\nB & C|2.55|2010-12-01 08:26:00\n2@6: 536365||2010-12-01\n"
          "3@7: in|0.001|12:00:00\n4@8: true|7.25|1.5\n5@9: two|#N/A|\n");
}

/* As the sheet shows them, not as the shares of 1 that they are kept as. */
static void percentages(void **state)
{
    (void)state;
    check(
        WORKBOOK(""),
        HEADER
        "<row r='3'><c r='A3' s='6'><v>0.2</v></c><c r='B3' s='7'><v>7.0000000000000007E-2</v></c>"
        "<c r='C3' s='7'><v>-0.125</v></c></row><row r='4'><c r='A4' s='6'><v>1</v></c></row>",
        NULL,
        "order|price|when",
        "1@3: 20%|7%|-12.5%\n2@4: 100%||\n");
}

/* As openpyxl writes it: <v/> or none. An empty text is a value. */
static void a_formula_without_a_value_is_no_empty_cell(void **state)
{
    (void)state;
    check(WORKBOOK(""),
          HEADER "<row r='3'><c r='A3'><v>1</v></c><c r='B3'><f>A3*2</f><v/></c></row>"
                 "<row r='4'><c r='A4'><v>2</v></c><c r='B4'><f>A4*2</f></c></row>"
                 "<row r='5'><c r='A5'><v>3</v></c><c r='B5'><f t='shared' si='0'/></c></row>"
                 "<row r='6'><c r='A6'><v>4</v></c><c r='B6' t='str'><f>A1</f><v></v></c></row>"
                 "<row r='7'><c r='A7'><v>5</v></c><c r='B7'><f>A7*2</f><v>10</v></c></row>",
          NULL,
          "order|price|when",
          "1@3: 1|#FORMULA!|\n2@4: 2|#FORMULA!|\n3@5: 3|#FORMULA!|\n4@6: 4||\n5@7: 5|10|\n");
}

static void the_1904_date_system(void **state)
{
    (void)state;
    check(WORKBOOK("<workbookPr date1904='1'/>"),
          HEADER "<row r='3'><c r='A3'><v>1</v></c><c r='C3' s='1'><v>39051</v></c></row>",
          NULL,
          "order|price|when",
          "1@3: 1||2010-12-01\n");
}

static void sheets_by_name_and_number(void **state)
{
    (void)state;
    const str bytes = make(WORKBOOK(""), HEADER);
    rig_check(bytes, &(struct row_options){ .sheet = "第二" }, NULL, "1@1: x|1\n");
    rig_check(bytes, &(struct row_options){ .sheet = "2" }, NULL, "1@1: x|1\n");
    struct row_file *f = rig_open(bytes, NULL);
    assert_int_equal(row_file_shape(f)->n_sheets, 2);
    assert_true(str_is(row_file_shape(f)->sheet, "Orders"));
    row_file_close(f);
    struct error why = { 0 };
    assert_int_equal(row_file_open_bytes(bytes, &(struct row_options){ .sheet = "no" }, &f, &why),
                     STATUS_NOT_FOUND);
    free((void *)(uintptr_t)bytes.ptr);
}

static void a_reference_to_no_string_refuses_its_row(void **state)
{
    (void)state;
    check(WORKBOOK(""),
          HEADER "<row r='3'><c r='A3' t='s'><v>99</v></c></row>"
                 "<row r='4'><c r='A4'><v>4</v></c></row>",
          NULL,
          "order|price|when",
          "1@3 REFUSED column 0: the cell refers to text or a number that cannot be read\n"
          "2@4: 4||\n");
}

static void many_rows_come_in_blocks(void **state)
{
    (void)state;
    struct buf rows;
    buf_init(&rows, 1 << 24);
    buf_adds(&rows, HEADER);
    for (int i = 3; i < 20003; i++)
        buf_addf(&rows,
                 "<row r='%d'><c r='A%d'><v>%d</v></c><c r='B%d' t='s'><v>3</v></c></row>",
                 i,
                 i,
                 i,
                 i);
    buf_addc(&rows, 0);
    const str bytes = make(WORKBOOK(""), rows.data);
    for (size_t block = 256; block < 100000; block *= 7) {
        struct buf out;
        buf_init(&out, 1 << 24);
        struct row_file *f = rig_open(bytes, &(struct row_options){ .block_bytes = block });
        rig_read(f, &out);
        assert_non_null(memmem(out.data, out.len, "\n20000@20002: 20002|A", 20));
        row_file_close(f);
        buf_release(&out);
    }
    buf_release(&rows);
    free((void *)(uintptr_t)bytes.ptr);
}

static void hostile_files_are_errors(void **state)
{
    static const char *const sheets[] = {
        HEADER "<row r='3'><c r='A3'><v>1</v></c>", /* cut off: the wrapper closes other tags */
        "<row><c t='s'><v>-1</v></c></row></sheetData>",
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(sheets); i++) {
        const str bytes = make(WORKBOOK(""), sheets[i]);
        struct row_file *f = NULL;
        struct error why = { 0 };
        assert_int_equal(row_file_open_bytes(bytes, NULL, &f, &why), STATUS_BAD_INPUT);
        free((void *)(uintptr_t)bytes.ptr);
    }
    const str entities = make("<!DOCTYPE a [<!ENTITY b 'c'>]>" WORKBOOK(""), HEADER);
    struct row_file *f = NULL;
    struct error why = { 0 };
    assert_int_equal(row_file_open_bytes(entities, NULL, &f, &why), STATUS_BAD_INPUT);
    assert_non_null(strstr(why.text, "entities"));
    free((void *)(uintptr_t)entities.ptr);
}

static void a_bomb_is_stopped_by_the_limit(void **state)
{
    (void)state;
    struct buf rows;
    buf_init(&rows, 1 << 24);
    for (int i = 0; i < 30000; i++)
        buf_adds(&rows, "<row><c><v>1</v></c></row>");
    buf_addc(&rows, 0);
    const str bytes = make(WORKBOOK(""), rows.data);
    const struct row_options tight = { .unpacked_limit = 100000 };
    struct row_file *f = NULL;
    struct error why = { 0 };
    assert_int_equal(row_file_open_bytes(bytes, &tight, &f, &why), STATUS_TOO_LARGE);
    assert_non_null(strstr(why.text, "unpacks"));
    buf_release(&rows);
    free((void *)(uintptr_t)bytes.ptr);
}

/* Closes the rows and opens them again behind the merged cells. */
#define MERGED(ranges)   "</sheetData><mergeCells>" ranges "</mergeCells><sheetData>"
#define TEXT(cell, text) "<c r='" cell "' t='inlineStr'><is><t>" text "</t></is></c>"

static void merged_cells_are_filled_down(void **state)
{
    (void)state;
    check(
        WORKBOOK(""),
        "<row r='1'>" TEXT("A1", "order") TEXT("B1", "sku") TEXT(
            "C1",
            "n") "</row>"
                 "<row r='2'>" TEXT("A2", "O1") TEXT(
                     "B2",
                     "a") "<c r='C2'><v>1</v></c></row>"
                          "<row r='3'><c r='A3' s='0'/>" TEXT(
                              "B3",
                              "b") "<c r='C3'><v>2</v></c></row>"
                                   "<row r='4'>" TEXT("A4", "O2") TEXT(
                                       "B4",
                                       "c") "<c r='C4'><v>3</v></c></row>"
                                            "<row r='5'>" TEXT("B5", "d") "</row>" MERGED(
                                                "<mergeCell ref='A2:A3'/><mergeCell ref='C4:C5'/>"),
        &(struct row_options){ 0 },
        "order|sku|n",
        "1@2: O1|a|1\n2@3: O1|b|2\n3@4: O2|c|3\n4@5: |d|3\n");
}

static void two_header_rows_of_merged_cells_are_joined(void **state)
{
    (void)state;
    check(WORKBOOK(""),
          "<row r='1'>" TEXT(
              "A1",
              "Weekly report") "</row>"
                               "<row r='2'>" TEXT("A2", "item") TEXT("B2", "paid") TEXT(
                                   "D2",
                                   "note") "</row>"
                                           "<row r='3'>" TEXT("B3", "amount") TEXT(
                                               "C3",
                                               "pieces") "</row>"
                                                         "<row r='4'><c r='A4'><v>7</v></c><c "
                                                         "r='B4'><v>2.5</v></c><c "
                                                         "r='C4'><v>1</v></c></row>"
                                                         "<row r='5'><c r='A5'><v>8</v></c><c "
                                                         "r='B5'><v>3</v></c><c "
                                                         "r='C5'><v>2</v></c></row>" MERGED(
                                                             "<mergeCell ref='A1:D1'/><mergeCell "
                                                             "ref='A2:A3'/><mergeCell ref='B2:C2'/>"
                                                             "<mergeCell ref='D2:D3'/>"),
          &(struct row_options){ 0 },
          "item|paid / amount|paid / pieces|note",
          "1@4: 7|2.5|1|\n2@5: 8|3|2|\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_numbers_and_dates),
        cmocka_unit_test(percentages),
        cmocka_unit_test(a_formula_without_a_value_is_no_empty_cell),
        cmocka_unit_test(the_1904_date_system),
        cmocka_unit_test(sheets_by_name_and_number),
        cmocka_unit_test(a_reference_to_no_string_refuses_its_row),
        cmocka_unit_test(many_rows_come_in_blocks),
        cmocka_unit_test(hostile_files_are_errors),
        cmocka_unit_test(a_bomb_is_stopped_by_the_limit),
        cmocka_unit_test(merged_cells_are_filled_down),
        cmocka_unit_test(two_header_rows_of_merged_cells_are_joined),
    };
    return cmocka_run_group_tests_name("format: xlsx", tests, NULL, NULL);
}
