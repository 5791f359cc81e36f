/* Front door: text to values and back. Every parser here treats its input as hostile. */
#ifndef SHOPVANE_FORMAT_FORMAT_H
#define SHOPVANE_FORMAT_FORMAT_H

#include "format/archive.h"
#include "format/csv.h"
#include "format/dates.h"
#include "format/json.h"
#include "format/problems.h"
#include "format/rows.h"
#include "format/url.h"
#include "format/yaml.h"

#endif
