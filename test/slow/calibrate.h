/* The full study, and its page. */
#ifndef TEST_SLOW_CALIBRATE_H
#define TEST_SLOW_CALIBRATE_H

#include "study.h"

struct result {
    struct study_setting setting;
    struct study_row *row; /* setting.n_patient */
};

/* Write README.md, ranks.svg, coverage.svg and predicted.svg into a folder that is there; false when that fails. The first
 * result is that of the model itself. */
bool calibrate_page(const char *folder, size_t n_world, const struct result result[]);

#endif
