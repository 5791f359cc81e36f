/* A list as a file: columns, then cells row by row.
 *
 *     struct board_sheet s;
 *     st = board_sheet_open(&s, ask, to, columns, n, why);
 *     for (each row and while st is STATUS_OK) {
 *         board_sheet_text(&s, name);
 *         board_sheet_value(&s, &figure);
 *         st = board_sheet_row(&s, why);
 *     }
 *     st = board_sheet_close(&s, st, why);
 *
 * Cells never fail at once: the row or the end tells. Texts of others are never formulas. */
#ifndef SHOPVANE_BOARD_BOARD_SHEET_PRIV_H
#define SHOPVANE_BOARD_BOARD_SHEET_PRIV_H

#include "board/board_priv.h"
#include "document/document.h"
#include "format/csv.h"

#include <stdio.h>

struct board_column {
    str key;  /* head of the CSV, the API's name */
    str head; /* of the workbook, in words */
};

struct board_sheet {
    const struct board_target *to;
    enum lang lang;
    size_t columns;
    FILE *file; /* CSV */
    struct buf text;
    struct csv_writer csv;
    struct document_sheet *workbook;
};

/* Close it after an error, too. */
MUST_CHECK enum status board_sheet_open(struct board_sheet *s,
                                        const struct board_ask *ask,
                                        const struct board_target *to,
                                        const struct board_column *columns,
                                        size_t n,
                                        struct error *why);
void board_sheet_text(struct board_sheet *s, str text);
/* `exact` is what the CSV holds; empty: no value. */
void board_sheet_figure(struct board_sheet *s, enum figure_kind kind, str exact, double value);
void board_sheet_value(struct board_sheet *s, const struct answer_value *v); /* NULL: no value */
void board_sheet_cell(
    struct board_sheet *s, enum board_cell cell, const struct frame *f, size_t col, size_t row);
MUST_CHECK enum status board_sheet_row(struct board_sheet *s, struct error *why);
/* `st` is how it went so far; gives that or what went wrong at the end. */
MUST_CHECK enum status board_sheet_close(struct board_sheet *s, enum status st, struct error *why);

#endif
