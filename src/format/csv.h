/* Writing CSV for people: RFC 4180, and safe to open in a spreadsheet. */
#ifndef SHOPVANE_FORMAT_CSV_H
#define SHOPVANE_FORMAT_CSV_H

#include "base/base.h"

struct csv_writer {
    struct buf *out;
    char delimiter;
    bool in_row;
};
void csv_writer_init(struct csv_writer *w, struct buf *out, char delimiter); /* 0: ',' */
/* Text: a cell that starts as a formula does gets a leading ' so that no program runs it. */
void csv_text(struct csv_writer *w, str s);
/* A number or date that we made: as it is. */
void csv_value(struct csv_writer *w, str s);
void csv_i64(struct csv_writer *w, int64_t v);
void csv_end_row(struct csv_writer *w); /* "\n" */

#endif
