/* Growing arrays, arenas, buffers and maps: their limits, and what lives how long. */
#include "base/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void absurd_sizes_are_refused_not_wrapped(void **state)
{
    (void)state;
    struct item {
        char bytes[64];
    } *items = NULL;
    size_t cap = 0;
    assert_null(mem_new(SIZE_MAX / 2, 4));
    assert_false(MEM_GROW(items, cap, SIZE_MAX / 16));
    assert_false(MEM_GROW(items, cap, SIZE_MAX));
    assert_true(items == NULL && cap == 0);
    void *empty = mem_new(0, 8);
    assert_non_null(empty);
    mem_free(empty);
    mem_free(NULL);
}

static void grown_arrays_keep_their_items_and_zero_the_rest(void **state)
{
    (void)state;
    int64_t *items = NULL;
    size_t cap = 0;
    assert_true(MEM_GROW(items, cap, 3));
    assert_true(cap >= 3);
    for (size_t i = 0; i < cap; i++) {
        assert_int_equal(items[i], 0);
        items[i] = (int64_t)i + 1;
    }
    const size_t before = cap;
    int64_t *const place = items;
    assert_true(MEM_GROW(items, cap, before));
    assert_true(items == place && cap == before);
    assert_true(MEM_GROW(items, cap, before + 1));
    for (size_t i = 0; i < cap; i++)
        assert_int_equal(items[i], i < before ? (int64_t)i + 1 : 0);
    mem_free(items);
}

static void who_asks_for_many_places_at_once_gets_those_and_then_twice_as_many(void **state)
{
    (void)state;
    int64_t *items = NULL;
    size_t cap = 0;

    assert_true(MEM_GROW(items, cap, 1));
    assert_int_equal(cap, 8);
    assert_true(MEM_GROW(items, cap, 1000));
    assert_int_equal(cap, 1000);
    assert_true(MEM_GROW(items, cap, 1001)); /* one by one it must not move each time */
    assert_int_equal(cap, 2000);
    for (size_t i = 0; i < cap; i++)
        assert_int_equal(items[i], 0);

    mem_free(items);
}

static void an_arena_gives_zeroed_aligned_memory_within_its_budget(void **state)
{
    (void)state;
    struct arena *a = arena_new(40000);
    for (size_t i = 1; i < 100; i++) {
        unsigned char *p = ARENA_NEW(a, unsigned char, i);
        assert_non_null(p);
        assert_int_equal((uintptr_t)p % 16, 0);
        for (size_t k = 0; k < i; k++)
            assert_int_equal(p[k], 0);
        memset(p, 0xAB, i);
    }
    const size_t used = arena_used(a);
    assert_true(used >= 99 * 100 / 2 && used < 40000);
    assert_null(arena_alloc(a, 40000 - used + 1, 1));
    assert_null(arena_alloc(a, SIZE_MAX, 2));
    assert_null(arena_alloc(a, SIZE_MAX - 8, 1));
    assert_int_equal(arena_used(a), used);
    arena_reset(a);
    assert_int_equal(arena_used(a), 0);
    const unsigned char *again = ARENA_NEW(a, unsigned char, 20000);
    for (size_t k = 0; k < 20000; k++)
        assert_int_equal(again[k], 0);
    arena_free(a);
    arena_free(NULL);
}

static void arena_copies_end_with_a_nul(void **state)
{
    (void)state;
    struct arena *a = arena_new(4096);
    const str copy = arena_dup(a, (str){ "abcdef", 3 });
    assert_true(str_is(copy, "abc"));
    assert_int_equal(copy.ptr[3], 0);
    const str none = arena_dup(a, STR_EMPTY);
    assert_true(none.ptr != NULL && none.len == 0);
    assert_string_equal(arena_cstr(a, (str){ "xyz", 2 }), "xy");
    const str text = arena_printf(a, "%s-%d-%.*s", "a", 7, STR_ARG(STR("zz")));
    assert_true(str_is(text, "a-7-zz"));
    assert_null(arena_dup(a, (str){ "x", SIZE_MAX }).ptr);
    assert_null(arena_cstr(a, (str){ "x", 5000 }));
    assert_int_equal(arena_printf(a, "%5000d", 1).len, 0);
    arena_free(a);
}

struct log {
    char text[16];
    size_t len;
};
struct note {
    struct log *log;
    char letter;
};

static void take_note(void *arg)
{
    const struct note *n = arg;
    n->log->text[n->log->len++] = n->letter;
}

static void cleanups_run_once_and_last_first(void **state)
{
    (void)state;
    struct log log = { .len = 0 };
    struct note notes[] = { { &log, 'a' }, { &log, 'b' }, { &log, 'c' } };
    struct arena *a = arena_new(0);
    assert_true(arena_at_reset(a, take_note, &notes[0]));
    assert_true(arena_at_reset(a, take_note, &notes[1]));
    arena_reset(a);
    assert_true(arena_at_reset(a, take_note, &notes[2]));
    arena_free(a);
    assert_string_equal(log.text, "bac");
}

static void a_buffer_stops_at_its_limit_and_stays_failed(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 10);
    assert_true(str_is(buf_str(&b), ""));
    buf_adds(&b, "12345");
    buf_addf(&b, "%d", 678);
    buf_addc(&b, '9');
    buf_add(&b, STR_EMPTY);
    assert_true(buf_ok(&b));
    buf_addf(&b, "%s", "AB"); /* one too many */
    assert_false(buf_ok(&b));
    buf_addc(&b, 'A'); /* would fit */
    assert_true(str_is(buf_str(&b), "123456789"));
    size_t len = 77;
    struct buf copy = { .limit = 3, .failed = true };
    assert_null(buf_take(&copy, &len));
    assert_int_equal(len, 77);
    buf_clear(&b);
    assert_true(buf_ok(&b));
    buf_adds(&b, "1234567890");
    assert_true(buf_ok(&b) && buf_str(&b).len == 10);
    buf_release(&b);
}

static void a_taken_buffer_is_the_callers(void **state)
{
    (void)state;
    struct buf b;
    size_t len = 0;
    buf_init(&b, 100);
    char *empty = buf_take(&b, &len);
    assert_non_null(empty);
    assert_string_equal(empty, "");
    buf_add(&b, (str){ "a\0b", 3 });
    char *text = buf_take(&b, &len);
    assert_int_equal(len, 3);
    assert_memory_equal(text, "a\0b", 4);
    assert_int_equal(buf_str(&b).len, 0);
    buf_adds(&b, "again");
    assert_true(str_is(buf_str(&b), "again"));
    buf_release(&b);
    mem_free(text);
    mem_free(empty);
}

static void padding_counts_columns_not_bytes(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 200);
    buf_pad(&b, STR("支付"), 6, false);
    buf_addc(&b, '|');
    buf_pad(&b, STR("£5"), 4, true);
    buf_addc(&b, '|');
    buf_pad(&b, STR("too long"), 3, false);
    assert_true(str_is(buf_str(&b), "支付  |  £5|too long"));
    buf_release(&b);
}

static void a_map_keeps_what_was_put_in_the_order_of_putting(void **state)
{
    (void)state;
    enum { KEYS = 10000 };
    struct map *m = map_new();
    size_t at = 0;
    str key;
    uint64_t value = 0;
    assert_false(map_next(m, &at, &key, &value));
    for (int i = 0; i < KEYS; i++) {
        char text[16];
        const int n = snprintf(text, sizeof text, "k%d", i);
        assert_null(map_get(m, (str){ text, (size_t)n }));
        assert_true(map_put(m, (str){ text, (size_t)n }, (uint64_t)i)); /* key is copied */
    }
    assert_true(map_put(m, STR("k17"), 99));
    *map_get(m, STR("k18")) = 100;
    assert_int_equal(map_len(m), KEYS);
    for (int i = 0; i < KEYS; i++) {
        char text[16];
        (void)snprintf(text, sizeof text, "k%d", i);
        assert_true(map_next(m, &at, &key, &value));
        assert_true(str_is(key, text));
        assert_int_equal(value, i == 17 ? 99 : i == 18 ? 100 : i);
    }
    assert_false(map_next(m, &at, &key, &value));
    assert_null(map_get(m, STR("k10000")));
    map_free(m);
    map_free(NULL);
}

static void a_map_knows_empty_and_binary_keys(void **state)
{
    (void)state;
    struct map *m = map_new();
    assert_null(map_get(m, STR_EMPTY));
    assert_true(map_put(m, STR_EMPTY, 1));
    assert_true(map_put(m, STR("\0"), 2));
    assert_true(map_put(m, STR("\0\0"), 3));
    assert_int_equal(*map_get(m, STR_EMPTY), 1);
    assert_int_equal(*map_get(m, STR("\0")), 2);
    assert_int_equal(*map_get(m, STR("\0\0")), 3);
    assert_int_equal(map_len(m), 3);
    map_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(absurd_sizes_are_refused_not_wrapped),
        cmocka_unit_test(grown_arrays_keep_their_items_and_zero_the_rest),
        cmocka_unit_test(who_asks_for_many_places_at_once_gets_those_and_then_twice_as_many),
        cmocka_unit_test(an_arena_gives_zeroed_aligned_memory_within_its_budget),
        cmocka_unit_test(arena_copies_end_with_a_nul),
        cmocka_unit_test(cleanups_run_once_and_last_first),
        cmocka_unit_test(a_buffer_stops_at_its_limit_and_stays_failed),
        cmocka_unit_test(a_taken_buffer_is_the_callers),
        cmocka_unit_test(padding_counts_columns_not_bytes),
        cmocka_unit_test(a_map_keeps_what_was_put_in_the_order_of_putting),
        cmocka_unit_test(a_map_knows_empty_and_binary_keys),
    };
    return cmocka_run_group_tests_name("base: memory", tests, NULL, NULL);
}
