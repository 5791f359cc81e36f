/* The container of old Office files. */
#ifndef SHOPVANE_FORMAT_OLE_PRIV_H
#define SHOPVANE_FORMAT_OLE_PRIV_H

#include "base/base.h"

enum ole_result { OLE_OK, OLE_DAMAGED, OLE_NO_STREAM, OLE_NO_MEMORY };

/* The stream of an Excel workbook into `out`, whose limit is to be at least the file's length.
 * OLE_NO_STREAM: another kind of Office file. */
MUST_CHECK enum ole_result ole_workbook(str file, struct buf *out);

#endif
