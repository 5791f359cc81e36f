/* Any bytes as a decimal number: never a crash; what was read, printed as money, reads back; and a
 * plain integer reader agrees wherever it can read the same text. */
#include "base/base.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_round_trip(int64_t value)
{
    struct buf b;
    int64_t back = 0;
    bool inexact = true;
    buf_init(&b, 100);
    buf_add_money(&b, value);
    BUG_IF(!decimal_parse(buf_str(&b), '.', 0, 4, &back, &inexact) || back != value || inexact);
    buf_clear(&b);
    buf_add_money_grouped(&b, value, 4);
    BUG_IF(!decimal_parse(buf_str(&b), '.', ',', 4, &back, &inexact) || back != value || inexact);
    buf_release(&b);
}

static void check_printing(str text)
{
    struct buf b;
    double d = 0;
    i128 pair[2] = { 0, 0 };
    buf_init(&b, 2000);
    if (text.len >= sizeof pair) {
        memcpy(pair, text.ptr, sizeof pair);
        buf_add_i128_grouped(&b, pair[0]);
        buf_add_money_grouped(&b, pair[0], (unsigned)(text.len % 6));
        if (pair[1] != 0)
            buf_add_ratio(&b, pair[0], pair[1]);
    }
    if (text.len >= sizeof d) {
        memcpy(&d, text.ptr, sizeof d);
        buf_add_double12(&b, d);
    }
    BUG_IF(!buf_ok(&b));
    buf_release(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char marks[][2] = { { '.', 0 }, { '.', ',' }, { ',', '.' }, { ',', ' ' } };
    if (size < 2)
        return 0;
    const char *m = marks[data[0] % ARRAY_LEN(marks)];
    const unsigned scale = data[1] % 10;
    const str text = { (const char *)data + 2, size - 2 };
    int64_t value = 0;
    int64_t whole = 0;
    bool inexact = false;
    if (decimal_parse(text, m[0], m[1], scale, &value, &inexact))
        check_round_trip(value);
    if (str_to_i64(text, &whole))
        BUG_IF(!decimal_parse(text, m[0], m[1], 0, &value, &inexact) || value != whole || inexact);
    check_printing(text);
    return 0;
}
