/** Any text: a legal dose whose canonical text reads back as itself, or an error with a sentence. */
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <respite/dose.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void need(bool holds)
{
    if (!holds)
        abort();
}

static bool near(double a, double b)
{
    return fabs(a - b) <= 1e-10 * fabs(b);
}

static void check(const struct rsp_dose_text *dose)
{
    need(dose->value > 0 && isfinite(dose->value) && dose->duration_h >= 0 && dose->start_h >= 0);
    need(dose->n_repeat >= 1 && dose->n_repeat <= 10000 && (dose->n_repeat == 1 || dose->interval_h > 0));
    char text[400];
    struct rsp_dose_text again;
    struct rsp_error err;
    need(rsp_dose_text_format(dose, text, sizeof text) < (int)sizeof text);
    if (rsp_dose_text_parse(text, &again, &err) == RSP_OK) {
        need(near(again.value, dose->value) && near(again.duration_h, dose->duration_h));
        need(near(again.start_h, dose->start_h) && again.n_repeat == dose->n_repeat);
        need(again.basis == dose->basis && again.drug == dose->drug && again.route == dose->route);
    } else {
        need(err.code == RSP_E_DOMAIN); /* rounded past the ends of the numbers */
    }
    static struct rsp_dose doses[10000];
    size_t n = 0;
    if (rsp_dose_text_expand(dose, 70, 10000, doses, &n, &err) == RSP_OK) {
        need(n == (size_t)dose->n_repeat);
        for (size_t i = 0; i < n; i++)
            need(isfinite(doses[i].amount_mg) && doses[i].amount_mg > 0 && isfinite(doses[i].start_h) &&
                 (i == 0 || doses[i].start_h >= doses[i - 1].start_h));
        const rsp_status status = rsp_doses_check_absurd(n, doses, 70, &err);
        need(status == RSP_OK || err.message[0] != '\0');
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    if (text == NULL)
        return 0;
    if (size > 0)
        memcpy(text, data, size);
    text[size] = '\0';
    struct rsp_dose_text dose;
    struct rsp_error err = {0};
    if (rsp_dose_text_parse(text, &dose, &err) == RSP_OK)
        check(&dose);
    else
        need(err.message[0] != '\0' && err.field[0] != '\0');
    free(text);
    return 0;
}
