/* Any text as a dose: refused with a sentence, or read to finite values that survive writing and reading
 * again; expanded doses stay in order. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <respite/dose.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void need(int holds)
{
    if (!holds)
        __builtin_trap();
}

static void expand(const struct rsp_dose_text *text)
{
    enum { MAX_DOSE = 64 };
    struct rsp_dose dose[MAX_DOSE];
    size_t n = 0;
    struct rsp_error err = {0};

    if (rsp_dose_text_expand(text, 70, MAX_DOSE, dose, &n, &err) != RSP_OK) {
        need(err.message[0] != '\0');
        return;
    }
    for (size_t i = 0; i < n; i++) {
        need(isfinite(dose[i].amount_mg) && dose[i].amount_mg > 0);
        need(isfinite(dose[i].start_h) && isfinite(dose[i].duration_h) && dose[i].duration_h >= 0);
        need(i == 0 || dose[i].start_h >= dose[i - 1].start_h);
    }
    if (rsp_doses_check_absurd(n, dose, 70, &err) != RSP_OK)
        need(err.message[0] != '\0');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    struct rsp_dose_text dose, again;
    struct rsp_error err = {0};

    if (text == NULL)
        return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    if (rsp_dose_text_parse(text, &dose, &err) == RSP_OK) {
        char canonical[256];
        need(rsp_dose_text_format(&dose, canonical, sizeof canonical) < (int)sizeof canonical);
        need(rsp_dose_text_parse(canonical, &again, &err) == RSP_OK);
        need(dose.drug == again.drug && dose.route == again.route && dose.basis == again.basis);
        need(dose.n_repeat == again.n_repeat);
        need(fabs(again.value - dose.value) <= 1e-6 * dose.value);
        expand(&dose);
    } else {
        need(err.message[0] != '\0');
    }
    free(text);
    return 0;
}
