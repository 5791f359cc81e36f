/* bench_bare CSV DATABASE [plain]: the peer of an import: DuckDB's own read_csv of the file into a
 * table `raw` of a new database, with the limits that the program itself runs with. */
#include "store/store.h"

#include <stdio.h>

int main(int argc, char **argv)
{
    struct error why = { 0 };
    struct store *store = NULL;
    struct conn *conn = NULL;
    struct buf sql;
    const struct store_options options = { .memory_mib = 0 };
    if (argc != 3 && argc != 4) {
        fprintf(stderr, "usage: bench_bare CSV DATABASE [plain]\n");
        return 2;
    }
    buf_init(&sql, (size_t)64 * 1024);
    buf_addf(&sql, "CREATE TABLE raw AS SELECT * FROM read_csv('%s'", argv[1]);
    if (argc == 3) /* the retail file, whose ids look like numbers at first */
        buf_adds(&sql, ", types = {'InvoiceNo': 'VARCHAR', 'CustomerID': 'VARCHAR'}");
    buf_addc(&sql, ')');
    buf_addc(&sql, '\0');
    enum status st = store_open(argv[2], &options, &store, &why);
    if (st == STATUS_OK)
        st = conn_open(store, &conn, &why);
    if (st == STATUS_OK)
        st = conn_exec(conn, sql.data, &why);
    if (st != STATUS_OK)
        fprintf(stderr, "bench_bare: %s\n", why.text);
    conn_close(conn);
    store_close(store);
    buf_release(&sql);
    return st == STATUS_OK ? 0 : 1;
}
