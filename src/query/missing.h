/* Why a figure has no value. */
#ifndef SHOPVANE_QUERY_MISSING_H
#define SHOPVANE_QUERY_MISSING_H

enum missing {
    MISSING_ELSE,
    MISSING_LATE,    /* the data ends before: it may still come */
    MISSING_UNKNOWN, /* there are rows, and none of them tells: as the KPI's definition says */
    MISSING_FAILED   /* rows tell, but in what has no value here; nothing stands in for it */
};

#endif
