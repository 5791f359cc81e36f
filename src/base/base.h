/* Front door of the vocabulary that every module speaks. */
#ifndef SHOPVANE_BASE_BASE_H
#define SHOPVANE_BASE_BASE_H

#include "base/attributes.h"
#include "base/civil.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/money.h"
#include "base/random.h"
#include "base/status.h"
#include "base/str.h"

#endif
