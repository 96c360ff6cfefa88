/* Any text as number, unit and quantity: refused with a sentence or finite, and the same in its own unit. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <respite/units.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void need(int holds)
{
    if (!holds)
        __builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    struct rsp_quantity quantity;
    struct rsp_unit unit;
    double value;
    struct rsp_error err = {0};

    if (text == NULL)
        return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    if (rsp_number_parse(text, &value, &err) == RSP_OK)
        need(isfinite(value));
    else
        need(err.message[0] != '\0');
    if (rsp_unit_parse(text, &unit, &err) == RSP_OK)
        need(isfinite(unit.factor) && unit.factor > 0);
    if (rsp_quantity_parse(text, &quantity, &err) == RSP_OK) {
        need(isfinite(quantity.value) && isfinite(quantity.internal));
        need(rsp_quantity_in(&quantity, quantity.unit.text, &value, &err) == RSP_OK);
        need(value == quantity.value);
    } else {
        need(err.message[0] != '\0');
    }
    free(text);
    return 0;
}
