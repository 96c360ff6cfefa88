/** Any text: numbers as the C library reads them, quantities that convert and come back. */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <respite/units.h>

#include "base/date.h"
#include "base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void need(bool holds)
{
    if (!holds)
        abort();
}

static void check_number(double value, const char *text)
{
    need(isfinite(value) && value == strtod(text, NULL));
    struct rsp_buf buf;
    rsp_buf_init(&buf, 100);
    rsp_buf_double(&buf, value);
    double again = 0;
    need(rsp_number_parse(buf.data, &again, NULL) == RSP_OK && memcmp(&again, &value, sizeof value) == 0);
    char shown[8]; /* too short for most: cut, never overrun */
    for (int digits = -1; digits < 20; digits++)
        need(rsp_number_format(value, digits, shown, sizeof shown) > 0);
    rsp_buf_free(&buf);
}

static void check_text(const char *text)
{
    struct rsp_error err = {0};
    double value = 0;
    if (rsp_number_parse(text, &value, &err) == RSP_OK)
        check_number(value, text);
    else
        need(err.message[0] != '\0');
    struct rsp_quantity quantity;
    if (rsp_quantity_parse(text, &quantity, &err) == RSP_OK) {
        struct rsp_unit unit;
        need(isfinite(quantity.internal));
        need(
            rsp_unit_parse(quantity.unit.text, &unit, &err) == RSP_OK && unit.factor == quantity.unit.factor);
        need(rsp_quantity_in(&quantity, quantity.unit.text, &value, &err) == RSP_OK &&
             value == quantity.value);
    } else {
        need(err.message[0] != '\0');
    }
    struct rsp_date date;
    if (rsp_date_parse(text, &date, &err) == RSP_OK) {
        char again[16];
        rsp_date_format(date, again, sizeof again);
        need(strcmp(again, text) == 0);
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
    check_text(text);
    free(text);
    return 0;
}
