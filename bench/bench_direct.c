/* bench_direct DATABASE STATEMENTS CALLERS SECONDS LABEL: the statements behind the board's KPI
 * questions, sent to DuckDB itself by many callers at once: what the server adds to the engine is
 * the difference. STATEMENTS has a statement a line and an empty line after each question
 * (bench/pages.mjs record). Prints a row of the Markdown table of bench_viewers. */
#include "store/store.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_ROOM     ((size_t)256 * 1024)
#define QUESTIONS_MAX 1024
#define PARTS_MAX     32
#define CALLERS_MAX   256
#define TIMES_MAX     200000

struct direct_question {
    char *parts[PARTS_MAX];
    size_t count;
};

struct direct {
    struct store *store;
    const struct direct_question *questions;
    size_t question_count;
    int64_t until_us;
};

struct caller {
    const struct direct *all;
    pthread_t thread;
    uint64_t random;
    double *ms;
    size_t count;
    struct error why;
    enum status status;
};

static void fail(const char *what, const char *which)
{
    fprintf(stderr, "bench_direct: %s %s\n", what, which);
    exit(1);
}

static size_t read_questions(const char *path, struct direct_question *out)
{
    static const size_t most = QUESTIONS_MAX;
    char *line = malloc(LINE_ROOM);
    FILE *f = fopen(path, "re");
    size_t n = 0;
    if (line == NULL || f == NULL)
        fail("cannot read", path);
    while (fgets(line, (int)LINE_ROOM, f) != NULL && n < most) {
        line[strcspn(line, "\n")] = '\0';
        if (line[0] == '\0') {
            n += out[n].count > 0 ? 1 : 0;
            continue;
        }
        if (out[n].count == PARTS_MAX)
            fail("too many statements of one question in", path);
        out[n].parts[out[n].count++] = strdup(line);
    }
    fclose(f);
    free(line);
    if (n == 0)
        fail("no question in", path);
    return n;
}

static void *call(void *self)
{
    struct caller *c = self;
    struct conn *conn = NULL;
    c->status = conn_open(c->all->store, &conn, &c->why);
    while (c->status == STATUS_OK && c->count < TIMES_MAX && clock_now_us() < c->all->until_us) {
        c->random = c->random * 6364136223846793005U + 1442695040888963407U; /* Knuth, MMIX */
        const struct direct_question *q =
            &c->all->questions[(c->random >> 33) % c->all->question_count];
        const int64_t from = clock_now_us();
        for (size_t i = 0; i < q->count && c->status == STATUS_OK; i++) {
            struct frame *rows = NULL;
            c->status = conn_query(conn, str_from(q->parts[i]), NULL, 0, &rows, &c->why);
            frame_free(rows);
        }
        c->ms[c->count++] = (double)(clock_now_us() - from) / 1000.0;
    }
    conn_close(conn);
    return NULL;
}

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a;
    const double y = *(const double *)b;
    return (x > y) - (x < y);
}

static double peak_mib(void)
{
    char line[256];
    long long kib = 0;
    FILE *f = fopen("/proc/self/status", "re");
    while (f != NULL && fgets(line, sizeof line, f) != NULL) {
        if (strncmp(line, "VmHWM:", 6) == 0)
            kib = strtoll(line + 6, NULL, 10);
    }
    if (f != NULL)
        fclose(f);
    return (double)kib / 1024.0;
}

static void print_row(struct caller *callers, size_t n, double seconds, const char *label)
{
    double *all = NULL;
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        if (callers[i].status != STATUS_OK)
            fail("a statement failed:", callers[i].why.text);
        all = realloc(all, (count + callers[i].count + 1) * sizeof *all);
        if (all == NULL)
            fail("no memory for", "times");
        memcpy(all + count, callers[i].ms, callers[i].count * sizeof *all);
        count += callers[i].count;
    }
    if (count == 0)
        fail("no answer of", label);
    qsort(all, count, sizeof *all, by_size);
    printf("| %s | %zu | %.0f | %.1f | %.1f | – | %.0f |\n",
           label,
           count,
           (double)count / seconds,
           all[(size_t)ceil(0.5 * (double)count) - 1],
           all[(size_t)ceil(0.99 * (double)count) - 1],
           peak_mib());
    free(all);
}

int main(int argc, char **argv)
{
    struct error why = { 0 };
    int64_t callers = 0;
    int64_t seconds = 0;
    if (argc != 6 || !str_to_i64(str_from(argv[3]), &callers) ||
        !str_to_i64(str_from(argv[4]), &seconds) || callers < 1 || callers > CALLERS_MAX)
        fail("usage:", "DATABASE STATEMENTS CALLERS SECONDS LABEL");
    struct direct_question *questions = calloc(QUESTIONS_MAX + 1, sizeof *questions);
    struct caller *all = calloc((size_t)callers, sizeof *all);
    struct direct d = { .questions = questions };
    if (questions == NULL || all == NULL)
        fail("no memory for", "questions");
    d.question_count = read_questions(argv[2], questions);
    if (store_open(argv[1], &(struct store_options){ 0 }, &d.store, &why) != STATUS_OK)
        fail("cannot open:", why.text);
    const int64_t from = clock_now_us();
    d.until_us = from + seconds * US_PER_SECOND;
    for (int64_t i = 0; i < callers; i++) {
        all[i] = (struct caller){ .all = &d,
                                  .random = (uint64_t)i + 1,
                                  .ms = calloc(TIMES_MAX, sizeof(double)) };
        if (all[i].ms == NULL || pthread_create(&all[i].thread, NULL, call, &all[i]) != 0)
            fail("cannot start", "a caller");
    }
    for (int64_t i = 0; i < callers; i++)
        pthread_join(all[i].thread, NULL);
    print_row(all, (size_t)callers, (double)(clock_now_us() - from) / 1e6, argv[5]);
    store_close(d.store);
    return 0; /* the process ends: nothing else is freed */
}
