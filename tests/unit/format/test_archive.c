#include "rows_rig.h"

#include <zip.h>

struct rig {
    char path[64];
    zip_t *zip;
};

static void rig_begin(struct rig *r)
{
    snprintf(r->path, sizeof r->path, "/tmp/shopvane-archive-XXXXXX");
    const int fd = mkstemp(r->path);
    assert_true(fd >= 0);
    close(fd);
    r->zip = zip_open(r->path, ZIP_CREATE | ZIP_TRUNCATE, NULL);
    assert_non_null(r->zip);
}

static zip_uint64_t rig_add(struct rig *r, const char *name, const char *bytes, size_t n)
{
    zip_source_t *s = zip_source_buffer(r->zip, bytes, n, 0);
    const zip_int64_t at = zip_file_add(r->zip, name, s, ZIP_FL_ENC_GUESS);
    assert_true(at >= 0);
    return (zip_uint64_t)at;
}

static struct archive *rig_end(struct rig *r)
{
    struct archive *a = NULL;
    struct error why = { 0 };
    assert_int_equal(zip_close(r->zip), 0);
    assert_true(archive_is_one(r->path));
    if (archive_open(r->path, &a, &why) != STATUS_OK)
        fail_msg("%s", why.text);
    return a;
}

static enum status extract(struct archive *a, size_t i, char *text, size_t size, struct error *why)
{
    static const char to[] = "/tmp/shopvane-archive-member";
    unlink(to);
    const enum status st = archive_extract(a, i, to, why);
    if (st != STATUS_OK) {
        assert_int_not_equal(access(to, F_OK), 0);
        return st;
    }
    FILE *f = fopen(to, "rb");
    assert_non_null(f);
    text[fread(text, 1, size - 1, f)] = '\0';
    fclose(f);
    unlink(to);
    return st;
}

static void members_come_out_as_they_are(void **state)
{
    struct rig r;
    char text[100];
    (void)state;
    rig_begin(&r);
    rig_add(&r, "a.csv", "x,y\n1,2\n", 8);
    rig_add(&r, "\xb6\xa9\xb5\xa5.csv", "z\n", 2); /* 订单 in GBK */
    rig_add(&r, "订单.csv", "z\n", 2);
    assert_true(zip_dir_add(r.zip, "folder", 0) >= 0);
    rig_add(&r, "__MACOSX/._a.csv", "?", 1);
    struct archive *a = rig_end(&r);
    assert_int_equal(archive_count(a), 5);
    assert_string_equal(archive_member(a, 0)->name.ptr, "a.csv");
    assert_string_equal(archive_member(a, 1)->name.ptr, "订单.csv");
    assert_string_equal(archive_member(a, 2)->name.ptr, "订单.csv");
    assert_true(archive_member(a, 3)->is_none);
    assert_true(archive_member(a, 4)->is_none);
    assert_int_equal(extract(a, 0, text, sizeof text, NULL), STATUS_OK);
    assert_string_equal(text, "x,y\n1,2\n");
    archive_close(a);
    unlink(r.path);
}

static void members_that_cannot_be_read_say_why(void **state)
{
    struct rig r;
    (void)state;
    rig_begin(&r);
    rig_add(&r, "../../x.csv", "x\n", 2);
    rig_add(&r, "/etc/x.csv", "x\n", 2);
    rig_add(&r, "a\\..\\x.csv", "x\n", 2);
    const zip_uint64_t secret = rig_add(&r, "secret.csv", "x\n", 2);
    assert_int_equal(zip_file_set_encryption(r.zip, secret, ZIP_EM_AES_256, "word"), 0);
    rig_add(&r, "fine..csv", "x\n", 2);
    struct archive *a = rig_end(&r);
    for (size_t i = 0; i < 3; i++)
        assert_string_equal(archive_member(a, i)->refusal, "its name leads out of the archive");
    assert_true(str_contains(str_from(archive_member(a, 3)->refusal), STR("password")));
    assert_null(archive_member(a, 4)->refusal);
    archive_close(a);
    unlink(r.path);
}

static void a_bomb_is_stopped(void **state)
{
    struct rig r;
    struct error why = { 0 };
    char text[16];
    const size_t size = (size_t)70 << 20;
    char *zeros = calloc(1, size);
    (void)state;
    rig_begin(&r);
    rig_add(&r, "bomb.csv", zeros, size);
    struct archive *a = rig_end(&r);
    assert_int_equal(extract(a, 0, text, sizeof text, &why), STATUS_TOO_LARGE);
    assert_true(str_contains(str_from(why.text), STR("bomb.csv")));
    archive_close(a);
    unlink(r.path);
    free(zeros);
}

static void a_workbook_is_no_archive(void **state)
{
    struct rig r;
    (void)state;
    rig_begin(&r);
    rig_add(&r, "xl/workbook.xml", "x", 1);
    assert_int_equal(zip_close(r.zip), 0);
    assert_false(archive_is_one(r.path));
    assert_false(archive_is_one("/dev/null"));
    assert_false(archive_is_one("/nowhere"));
    unlink(r.path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_come_out_as_they_are),
        cmocka_unit_test(members_that_cannot_be_read_say_why),
        cmocka_unit_test(a_bomb_is_stopped),
        cmocka_unit_test(a_workbook_is_no_archive),
    };
    return cmocka_run_group_tests_name("format/archive", tests, NULL, NULL);
}
