#include "ingest/reading/reading_priv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first */
#include <cmocka.h>

#define BATCH   2048
#define WORKERS 3

struct rig {
    struct reading *reading;
    struct reading_worker *workers[WORKERS];
    int64_t taken[WORKERS];
    unsigned char *seen; /* by row_no: how often */
};

static void setup(struct rig *rig, const struct buf *csv, size_t rows)
{
    const struct row_options opt = { .block_bytes = 65536 };
    struct error why = { 0 };
    rig->reading = mem_new(1, sizeof *rig->reading);
    rig->seen = mem_new(rows + 1, 1);
    assert_non_null(rig->reading);
    assert_non_null(rig->seen);
    pthread_mutex_init(&rig->reading->mutex, NULL);
    assert_int_equal(row_file_open_bytes(buf_str(csv), &opt, &rig->reading->file, &why), STATUS_OK);
    rig->reading->shape = row_file_shape(rig->reading->file);
    for (size_t i = 0; i < WORKERS; i++) {
        rig->workers[i] = mem_new(1, sizeof *rig->workers[i]);
        assert_non_null(rig->workers[i]);
        rig->workers[i]->reading = rig->reading;
        rig->workers[i]->block = row_block_new();
        rig->taken[i] = 0;
    }
}

static void teardown(struct rig *rig)
{
    assert_null(rig->reading->left_block);
    assert_int_equal(rig->reading->lots_open, 0);
    for (size_t i = 0; i < WORKERS; i++) {
        row_block_free(rig->workers[i]->block);
        mem_free(rig->workers[i]);
    }
    row_file_close(rig->reading->file);
    pthread_mutex_destroy(&rig->reading->mutex);
    mem_free(rig->reading);
    mem_free(rig->seen);
}

/* One batch of a worker, as fill() takes it. */
static void take_batch(struct rig *rig, size_t i)
{
    struct reading_worker *w = rig->workers[i];
    struct error why = { 0 };
    size_t n = 0;
    if (!w->has_begun)
        reading_lot_begin(w);
    while (n < BATCH && !w->is_done) {
        struct row row;
        if (w->has_block && row_next(w->block, &row)) {
            rig->seen[row.row_no]++;
            n++;
            continue;
        }
        rig->reading->rows = rig->taken[0] + rig->taken[1] + rig->taken[2] + (int64_t)n;
        assert_int_equal(reading_next_block(w, &why), STATUS_OK);
    }
    rig->taken[i] += (int64_t)n;
    reading_lot_took(w, n);
}

/* Takes the file in turns, worker i `speed[i]` batches at a time; returns how many workers have
 * not a whole number of groups. */
static size_t take_all(struct rig *rig, size_t rows, const unsigned *speed)
{
    size_t broken = 0;
    bool busy = true;
    while (busy) {
        busy = false;
        for (size_t i = 0; i < WORKERS; i++) {
            for (unsigned k = 0; k < speed[i] && !rig->workers[i]->is_done; k++) {
                take_batch(rig, i);
                busy = true;
            }
        }
    }
    for (size_t row = 1; row <= rows; row++)
        assert_int_equal(rig->seen[row], 1);
    for (size_t i = 0; i < WORKERS; i++)
        broken += rig->taken[i] % STORE_ROW_GROUP != 0;
    return broken;
}

static void fill_csv(struct buf *csv, size_t rows)
{
    buf_init(csv, rows * 16 + 64);
    buf_adds(csv, "number,word\n");
    for (size_t i = 1; i <= rows; i++)
        buf_addf(csv, "%zu,abc\n", i);
}

/* Of a file of so many rows, read by workers of each of the speeds. */
static void assert_broken_groups(size_t rows,
                                 const unsigned (*speeds)[WORKERS],
                                 size_t n,
                                 size_t wanted)
{
    struct buf csv;
    fill_csv(&csv, rows);
    for (size_t i = 0; i < n; i++) {
        struct rig rig;
        setup(&rig, &csv, rows);
        assert_int_equal(take_all(&rig, rows, speeds[i]), wanted);
        teardown(&rig);
    }
    buf_release(&csv);
}

static void a_long_file_leaves_one_broken_group(void **state)
{
    static const unsigned speeds[][WORKERS] = {
        { 1, 1, 0 }, { 3, 2, 0 }, { 7, 1, 0 }, { 2, 3, 4 }
    };
    (void)state;
    assert_broken_groups(614321, speeds, ARRAY_LEN(speeds), 1);
}

static void a_file_of_whole_groups_leaves_no_broken_one(void **state)
{
    static const unsigned speeds[][WORKERS] = { { 1, 1, 0 }, { 9, 8, 0 }, { 3, 2, 0 } };
    (void)state;
    assert_broken_groups((size_t)3 * STORE_ROW_GROUP, speeds, ARRAY_LEN(speeds), 0);
}

static void a_short_file_is_read_by_all_workers(void **state)
{
    const unsigned speed[WORKERS] = { 1, 1, 1 };
    const size_t rows = 30000;
    struct buf csv;
    struct rig rig;
    (void)state;
    fill_csv(&csv, rows);
    setup(&rig, &csv, rows);

    assert_int_equal(take_all(&rig, rows, speed), WORKERS);

    teardown(&rig);
    buf_release(&csv);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_long_file_leaves_one_broken_group),
        cmocka_unit_test(a_file_of_whole_groups_leaves_no_broken_one),
        cmocka_unit_test(a_short_file_is_read_by_all_workers),
    };
    return cmocka_run_group_tests_name("ingest/reading_lots", tests, NULL, NULL);
}
