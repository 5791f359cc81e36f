#include "rows_rig.h"

#include <iconv.h>
#include <pthread.h>
#include <zlib.h>
#include <zstd.h>

#define CHINESE      "订单编号,买家,金额\n1001,张三,12.50\n1002,李四海,8\n1003,\"王五,先生\",3\n"
#define CHINESE_ROWS "1@2: 1001|张三|12.50\n2@3: 1002|李四海|8\n3@4: 1003|王五,先生|3\n"

/* The text in another encoding; the caller frees. */
static str recode(const char *to, str text)
{
    iconv_t cd = iconv_open(to, "UTF-8");
    char *const out = malloc(text.len * 4 + 16);
    char *in_at = malloc(text.len + 1);
    char *const in = in_at;
    char *at = out;
    size_t left = text.len;
    size_t room = text.len * 4 + 16;
    memcpy(in, text.ptr, text.len);
    assert_true(cd != (iconv_t)-1);
    assert_int_equal(iconv(cd, &in_at, &left, &at, &room), 0);
    iconv_close(cd);
    free(in);
    return (str){ out, (size_t)(at - out) };
}

static void check_encoding(const char *to,
                           const char *text,
                           enum row_encoding expected,
                           const char *rows)
{
    const str bytes = recode(to, str_from(text));
    struct row_file *f = rig_open(bytes, NULL);
    assert_int_equal(row_file_shape(f)->encoding, expected);
    row_file_close(f);
    rig_check(bytes, NULL, NULL, rows);
    rig_check(bytes, &(struct row_options){ .block_bytes = 256 }, NULL, rows);
    free((void *)(uintptr_t)bytes.ptr);
}

static void chinese_encodings_are_recognised(void **state)
{
    (void)state;
    check_encoding("UTF-8", CHINESE, ROW_ENCODING_UTF8, CHINESE_ROWS);
    check_encoding("GBK", CHINESE, ROW_ENCODING_GB18030, CHINESE_ROWS);
    check_encoding("GB18030", CHINESE, ROW_ENCODING_GB18030, CHINESE_ROWS);
    const char *traditional = "訂單編號,品名\n1,電飯鍋\n2,Café 氣墊運動鞋\n3,España 藍牙耳機\n";
    const char *rows = "1@2: 1|電飯鍋\n2@3: 2|Café 氣墊運動鞋\n3@4: 3|España 藍牙耳機\n";
    check_encoding("GB18030", traditional, ROW_ENCODING_GB18030, rows);
    check_encoding("UTF-16", CHINESE, ROW_ENCODING_UTF16LE, CHINESE_ROWS); /* with a BOM */
    check_encoding("UTF-16LE", CHINESE, ROW_ENCODING_UTF16LE, CHINESE_ROWS);
    check_encoding("UTF-16BE", CHINESE, ROW_ENCODING_UTF16BE, CHINESE_ROWS);
}

static void western_encodings_are_recognised(void **state)
{
    (void)state;
    const char *text = "id;nom;prix\n1;café crème;3,50 €\n2;garçon;2,00 €\n3;“Noël”;1,00 €\n";
    const char *rows = "1@2: 1|café crème|3,50 €\n2@3: 2|garçon|2,00 €\n3@4: 3|“Noël”|1,00 €\n";
    check_encoding("WINDOWS-1252", text, ROW_ENCODING_WINDOWS1252, rows);
    check_encoding("UTF-8", text, ROW_ENCODING_UTF8, rows);
    const char *latin = "id,name\n1,Müller\n2,Ñandú\n3,Ærø\n";
    check_encoding(
        "ISO-8859-1", latin, ROW_ENCODING_WINDOWS1252, "1@2: 1|Müller\n2@3: 2|Ñandú\n3@4: 3|Ærø\n");
    const char *pair = "id,Größe\n1,M\n2,L\n";
    check_encoding("ISO-8859-1", pair, ROW_ENCODING_WINDOWS1252, "1@2: 1|M\n2@3: 2|L\n");
}

static void a_byte_order_mark_is_no_part_of_the_first_name(void **state)
{
    (void)state;
    rig_check(STR("\xef\xbb\xbf"
                  "id,name\n1,x\n"),
              NULL,
              "id|name",
              "1@2: 1|x\n");
    struct row_file *f = rig_open(STR("\xef\xbb\xbf"
                                      "id,name\n1,x\n"),
                                  NULL);
    assert_true(row_file_shape(f)->has_bom);
    row_file_close(f);
}

static void an_undecodable_gbk_byte_refuses_its_row_only(void **state)
{
    (void)state;
    const str good = recode("GBK", STR("编号,名称\n1,钢笔与墨水\n2,笔记本和铅笔\n"));
    struct buf file;
    buf_init(&file, 4096);
    buf_add(&file, good);
    buf_adds(&file, "3,\xff\xff\n4,ok\n5,\x81\n6,ok\n");
    rig_check(buf_str(&file),
              NULL,
              "编号|名称",
              "1@2: 1|钢笔与墨水\n2@3: 2|笔记本和铅笔\n"
              "3@4 REFUSED column 1: the bytes are not valid in the file's encoding\n4@5: 4|ok\n"
              "5@6 REFUSED column 1: the bytes are not valid in the file's encoding\n6@7: 6|ok\n");
    buf_release(&file);
    free((void *)(uintptr_t)good.ptr);
}

static void a_lone_surrogate_in_utf16_refuses_its_row(void **state)
{
    (void)state;
    static const char bytes[] = "\xff\xfe"
                                "a\0,\0b\0\n\0"
                                "1\0,\0\x00\xd8\n\0"
                                "2\0,\0x\0\n\0";
    rig_check((str){ bytes, sizeof bytes - 1 },
              NULL,
              "a|b",
              "1@2 REFUSED column 1: the bytes are not valid in the file's encoding\n"
              "2@3: 2|x\n");
}

static void wrong_bytes_far_behind_the_first_mebibyte_refuse_their_row(void **state)
{
    (void)state;
    struct buf file;
    buf_init(&file, 1 << 26);
    buf_adds(&file, "id,name\n");
    for (int i = 1; i <= 400001; i++)
        buf_addf(&file, "%d,%s\n", i, i == 400000 ? "caf\xe9" : "tea");
    struct row_file *f = rig_open(buf_str(&file), NULL);
    struct row_block *b = row_block_new();
    bool got = true;
    int64_t refused = 0;
    int64_t rows = 0;
    while (row_file_next_block(f, b, &got, NULL) == STATUS_OK && got) {
        struct row row;
        while (row_next(b, &row)) {
            rows++;
            if (row.refusal == ROW_REFUSAL_NONE)
                continue;
            refused++;
            assert_int_equal(row.refusal, ROW_REFUSAL_BAD_BYTES);
            assert_int_equal(row.row_no, 400000);
            assert_int_equal(row.line, 400001);
            assert_int_equal(row.column, 1);
        }
    }
    assert_int_equal(rows, 400001);
    assert_int_equal(refused, 1);
    row_block_free(b);
    row_file_close(f);
    buf_release(&file);
}

static str gzip(str text)
{
    z_stream z = { 0 };
    char *out = malloc(text.len + 4096);
    assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (unsigned char *)(uintptr_t)text.ptr;
    z.avail_in = (unsigned)text.len;
    z.next_out = (unsigned char *)out;
    z.avail_out = (unsigned)text.len + 4096;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    deflateEnd(&z);
    return (str){ out, z.total_out };
}

static str zst(str text)
{
    const size_t cap = ZSTD_compressBound(text.len);
    char *out = malloc(cap);
    return (str){ out, ZSTD_compress(out, cap, text.ptr, text.len, 3) };
}

static void compression_is_told_by_content(void **state)
{
    (void)state;
    const str text = STR("a,b\n1,2\n3,4\n");
    const str gz = gzip(text);
    const str zs = zst(text);
    rig_check(gz, NULL, "a|b", "1@2: 1|2\n2@3: 3|4\n");
    rig_check(zs, NULL, "a|b", "1@2: 1|2\n2@3: 3|4\n");
    struct row_file *f = rig_open(zs, NULL);
    assert_int_equal(row_file_shape(f)->compression, ROW_COMPRESSION_ZSTD);
    row_file_close(f);
    free((void *)(uintptr_t)gz.ptr);
    free((void *)(uintptr_t)zs.ptr);
}

static void members_of_a_gzip_file_are_joined(void **state)
{
    (void)state;
    const str one = gzip(STR("a,b\n1,2\n"));
    const str two = gzip(STR("3,4\n"));
    struct buf both;
    buf_init(&both, 4096);
    buf_add(&both, one);
    buf_add(&both, two);
    buf_add(&both, (str){ "\0\0\0", 3 });
    rig_check(buf_str(&both), NULL, "a|b", "1@2: 1|2\n2@3: 3|4\n");
    buf_release(&both);
    free((void *)(uintptr_t)one.ptr);
    free((void *)(uintptr_t)two.ptr);
}

static void a_cut_off_archive_is_an_error_and_not_a_short_file(void **state)
{
    (void)state;
    const str text = STR("a,b\n1,2\n3,4\n5,6\n");
    const str packed[] = { gzip(text), zst(text) };
    for (size_t i = 0; i < ARRAY_LEN(packed); i++) {
        for (size_t cut = 5; cut < packed[i].len; cut++) {
            struct row_file *f = NULL;
            struct error why = { 0 };
            assert_int_equal(row_file_open_bytes(str_first(packed[i], cut), NULL, &f, &why),
                             STATUS_BAD_INPUT);
            assert_non_null(strstr(why.text, "cut off"));
        }
        free((void *)(uintptr_t)packed[i].ptr);
    }
}

static void a_bomb_is_stopped_by_the_limit(void **state)
{
    (void)state;
    char *zeros = calloc(1, 8 << 20);
    const str packed = gzip((str){ zeros, 8 << 20 });
    struct row_file *f = NULL;
    struct error why = { 0 };
    const struct row_options opt = { .unpacked_limit = 1 << 19 };
    assert_int_equal(row_file_open_bytes(packed, &opt, &f, &why), STATUS_TOO_LARGE);
    free(zeros);
    free((void *)(uintptr_t)packed.ptr);
}

static void the_hash_is_that_of_the_raw_file(void **state)
{
    (void)state;
    char hex[65];
    const struct row_options opt = { .want_sha256 = true };
    struct row_file *f = rig_open(STR("abc"), &opt);
    struct buf out;
    buf_init(&out, 4096);
    rig_read(f, &out);
    assert_true(row_file_sha256(f, hex));
    assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    row_file_close(f);
    buf_release(&out);
}

static void files_by_path_and_what_is_none(void **state)
{
    char dir[] = "/tmp/shopvane-format-XXXXXX";
    char path[128];
    char hex[65];
    uint64_t bytes = 0;
    struct error why = { 0 };
    (void)state;
    assert_non_null(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/x.csv", dir);
    assert_int_equal(file_write_atomic(path, STR("a,b\n1,2\n"), &why), STATUS_OK);
    const struct rig_count c = rig_count_file(path, NULL);
    assert_int_equal(c.rows, 1);
    assert_int_equal(file_sha256(path, hex, &bytes, &why), STATUS_OK);
    assert_int_equal(bytes, 8);
    unlink(path);
    struct row_file *f = NULL;
    assert_int_equal(row_file_open(path, NULL, &f, &why), STATUS_NOT_FOUND);
    assert_int_equal(row_file_open(dir, NULL, &f, &why), STATUS_BAD_INPUT);
    rmdir(dir);
}

struct crew {
    struct row_file *file;
    pthread_mutex_t lock;
    int64_t sum;
    int64_t rows;
    uint64_t sequences; /* sum, to see that none is given twice or lost */
    uint64_t blocks;
};

static void *crew_work(void *arg)
{
    struct crew *c = arg;
    struct row_block *b = row_block_new();
    bool got = true;
    while (row_file_next_block(c->file, b, &got, NULL) == STATUS_OK && got) {
        int64_t sum = 0;
        int64_t rows = 0;
        struct row row;
        while (row_next(b, &row)) {
            int64_t v = 0;
            if (row.refusal == ROW_REFUSAL_NONE && str_to_i64(row.fields[0], &v))
                sum += v;
            rows++;
        }
        pthread_mutex_lock(&c->lock);
        c->sum += sum;
        c->rows += rows;
        c->sequences += row_block_sequence(b);
        c->blocks++;
        pthread_mutex_unlock(&c->lock);
    }
    row_block_free(b);
    return NULL;
}

static void two_threads_share_a_file(void **state)
{
    (void)state;
    struct buf file;
    struct crew c = { .lock = PTHREAD_MUTEX_INITIALIZER };
    pthread_t threads[2];
    const int64_t n = 50000;
    buf_init(&file, 1 << 26);
    buf_adds(&file, "n,t\n");
    for (int64_t i = 1; i <= n; i++)
        buf_addf(&file, "%lld,\"a\nb\"\n", (long long)i);
    c.file = rig_open(buf_str(&file), &(struct row_options){ .block_bytes = 10000 });
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, crew_work, &c), 0);
    for (size_t i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(c.rows, n);
    assert_int_equal(c.sum, n * (n + 1) / 2);
    assert_int_equal(c.sequences, c.blocks * (c.blocks - 1) / 2);
    row_file_close(c.file);
    buf_release(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chinese_encodings_are_recognised),
        cmocka_unit_test(western_encodings_are_recognised),
        cmocka_unit_test(a_byte_order_mark_is_no_part_of_the_first_name),
        cmocka_unit_test(an_undecodable_gbk_byte_refuses_its_row_only),
        cmocka_unit_test(a_lone_surrogate_in_utf16_refuses_its_row),
        cmocka_unit_test(wrong_bytes_far_behind_the_first_mebibyte_refuse_their_row),
        cmocka_unit_test(compression_is_told_by_content),
        cmocka_unit_test(members_of_a_gzip_file_are_joined),
        cmocka_unit_test(a_cut_off_archive_is_an_error_and_not_a_short_file),
        cmocka_unit_test(a_bomb_is_stopped_by_the_limit),
        cmocka_unit_test(the_hash_is_that_of_the_raw_file),
        cmocka_unit_test(files_by_path_and_what_is_none),
        cmocka_unit_test(two_threads_share_a_file),
    };
    return cmocka_run_group_tests_name("format: source", tests, NULL, NULL);
}
