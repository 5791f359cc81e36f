/* Sets of ids: against a slow obvious set, and against damaged blobs. */
#include "numerics/ids.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define UNIVERSE 400000

static str blob_of(struct ids *s, struct buf *out)
{
    buf_init(out, (size_t)16 * 1024 * 1024);
    ids_write(s, out);
    assert_true(buf_ok(out));
    return buf_str(out);
}

/* How ids arrive: scattered, or in runs (some across a container's end). */
static uint32_t id_at(struct random *r, bool in_runs, uint32_t *last)
{
    if (in_runs && random_below(r, 16) != 0)
        *last = (*last + 1) % UNIVERSE;
    else
        *last = (uint32_t)random_below(r, UNIVERSE);
    return *last;
}

struct walk {
    const unsigned char *has;
    int64_t last;
    uint64_t count;
    bool right;
};

static bool walk_visit(uint32_t id, void *self)
{
    struct walk *w = self;
    w->right = w->right && (int64_t)id > w->last && w->has[id] != 0;
    w->last = id;
    w->count++;
    return true;
}

static void check_against(struct ids *s, const unsigned char *has)
{
    uint64_t want = 0;
    for (uint32_t id = 0; id < UNIVERSE; id++)
        want += has[id];
    struct walk w = { .has = has, .last = -1, .right = true };

    ids_each(s, walk_visit, &w);

    assert_true(w.right);
    assert_int_equal(w.count, want);
    assert_int_equal(ids_count(s), want);
    for (uint32_t id = 0; id < UNIVERSE; id += 997)
        assert_int_equal(ids_has(s, id), has[id]);
}

static void a_set_of_any_size_counts_and_lists_like_the_obvious_one(void **state)
{
    static const size_t sizes[] = { 0, 1, 6, 7, 33, 200, 4095, 4096, 4097, 9000, 200000 };
    unsigned char *has = mem_new(UNIVERSE, 1);
    struct random r;
    (void)state;
    random_init(&r, 1);
    for (size_t i = 0; i < ARRAY_LEN(sizes) * 2; i++) {
        struct ids s = { 0 };
        uint32_t last = 0;
        memset(has, 0, UNIVERSE);
        for (size_t k = 0; k < sizes[i / 2]; k++) {
            const uint32_t id = id_at(&r, i % 2 != 0, &last);
            has[id] = 1;
            assert_true(ids_add(&s, id));
        }

        check_against(&s, has);

        ids_release(&s);
    }
    mem_free(has);
}

/* The same set built at once, in halves merged as blobs, and in halves merged as sets. */
static void check_one_form(struct random *r, size_t n, bool in_runs)
{
    struct ids whole = { 0 };
    struct ids part[2] = { { 0 }, { 0 } };
    struct ids from_blobs = { 0 };
    struct buf a;
    struct buf b;
    uint32_t last = 65500;
    for (size_t k = 0; k < n; k++) {
        const uint32_t id = id_at(r, in_runs, &last);
        assert_true(ids_add(&whole, id));
        assert_true(ids_add(&part[random_below(r, 2)], id));
    }
    for (size_t k = 0; k < 2; k++) {
        assert_int_equal(ids_merge_blob(&from_blobs, blob_of(&part[k], &a)), STATUS_OK);
        buf_release(&a);
    }
    assert_true(ids_merge(&part[0], &part[1]));

    const str want = blob_of(&whole, &a);
    assert_true(ids_blob_valid(want));
    assert_true(str_eq(blob_of(&from_blobs, &b), want));
    buf_release(&b);
    assert_true(str_eq(blob_of(&part[0], &b), want));
    buf_release(&b);
    uint64_t count = 0;
    assert_true(ids_blob_count(want, &count));
    assert_int_equal(count, ids_count(&whole));

    buf_release(&a);
    ids_release(&whole);
    ids_release(&part[0]);
    ids_release(&part[1]);
    ids_release(&from_blobs);
}

static void equal_sets_give_equal_bytes_however_they_came_to_be(void **state)
{
    struct random r;
    (void)state;
    random_init(&r, 2);
    for (size_t i = 0; i < 400; i++)
        check_one_form(&r, (size_t)random_below(&r, i % 10 == 0 ? 120000 : 600), i % 2 == 0);
}

/* CRoaring 0.2.66 writes past its memory when it undoes such a run. */
static void a_run_that_ends_a_container_survives(void **state)
{
    struct ids s = { 0 };
    struct ids back = { 0 };
    struct buf a;
    struct buf b;
    (void)state;
    for (uint32_t id = 60000; id < 131072; id++)
        assert_true(ids_add(&s, id));

    const str blob = blob_of(&s, &a);
    assert_int_equal(ids_merge_blob(&back, blob), STATUS_OK);
    assert_int_equal(ids_merge_blob(&back, blob), STATUS_OK);

    assert_true(str_eq(blob_of(&back, &b), blob));
    assert_int_equal(ids_count(&back), 131072 - 60000);
    assert_true(blob.len < 40);
    buf_release(&a);
    buf_release(&b);
    ids_release(&s);
    ids_release(&back);
}

static void the_blob_is_the_published_format(void **state)
{
    /* {1, 2, 70000}: cookie 12346, 2 containers, (0, 2 ids), (1, 1 id), offsets 24 and 28 */
    static const char want[] = "\x3a\x30\0\0\x02\0\0\0\0\0\x01\0\x01\0\0\0\x18\0\0\0\x1c\0\0\0"
                               "\x01\0\x02\0\x70\x11";
    struct ids s = { 0 };
    struct buf out;
    (void)state;
    assert_true(ids_add(&s, 70000));
    assert_true(ids_add(&s, 2));
    assert_true(ids_add(&s, 1));
    assert_true(ids_add(&s, 2));

    const str got = blob_of(&s, &out);

    assert_int_equal(got.len, sizeof want - 1);
    assert_memory_equal(got.ptr, want, got.len);
    buf_release(&out);
    ids_release(&s);
}

/* Every byte changed in turn: refused, or read as some well-formed set; never a crash. */
static void a_damaged_blob_is_refused_or_harmless(void **state)
{
    struct ids s = { 0 };
    struct buf a;
    size_t refused = 0;
    (void)state;
    for (uint32_t id = 0; id < 30000; id += id % 3 + 1)
        assert_true(ids_add(&s, id * 7));
    for (uint32_t id = 65530; id < 65536; id++)
        assert_true(ids_add(&s, id));
    const str blob = blob_of(&s, &a);
    char *copy = mem_new(blob.len, 1);
    for (size_t i = 0; i < blob.len; i += i < 600 ? 1 : 61) {
        struct ids back = { 0 };
        struct buf again;
        memcpy(copy, blob.ptr, blob.len);
        copy[i] = (char)(copy[i] ^ (1 << i % 8));
        const str damaged = { copy, blob.len };
        if (ids_merge_blob(&back, damaged) == STATUS_OK) {
            const str out = blob_of(&back, &again);
            assert_true(ids_blob_valid(out));
            assert_false(str_eq(out, blob));
            buf_release(&again);
        } else {
            assert_int_equal(ids_count(&back), 0);
            refused++;
        }
        ids_release(&back);
    }
    assert_true(refused > 500);
    for (size_t len = 0; len < blob.len; len += len < 600 ? 1 : 61)
        assert_false(ids_blob_valid((str){ blob.ptr, len }));
    mem_free(copy);
    buf_release(&a);
    ids_release(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_set_of_any_size_counts_and_lists_like_the_obvious_one),
        cmocka_unit_test(equal_sets_give_equal_bytes_however_they_came_to_be),
        cmocka_unit_test(a_run_that_ends_a_container_survives),
        cmocka_unit_test(the_blob_is_the_published_format),
        cmocka_unit_test(a_damaged_blob_is_refused_or_harmless),
    };
    return cmocka_run_group_tests_name("numerics/ids", tests, NULL, NULL);
}
