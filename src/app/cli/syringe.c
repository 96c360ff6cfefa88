/* What is in the syringe or bag. */
#include <stdio.h>
#include <string.h>

#include <respite/units.h>

#include "base/number.h"
#include "cli.h"

enum { ML_PER_L = 1000 };

/* Strengths that a pump is filled with lie between: the strongest vials sold and their thousandfold dilutions
 * end the range. Beyond it a slip of units is certain. */
static const double least_mg_per_ml = 0.01, most_mg_per_ml = 100;

rsp_status rsp_cli_syringe(
    const struct rsp_cli *cli, double *strength_mg_per_ml, double *volume_ml, struct rsp_error *err)
{
    static const struct rsp_dimension mass = {.mass = 1}, volume = {.volume = 1};
    const char *text = rsp_cli_text(cli, "syringe");
    struct rsp_quantity amount, fluid;
    char copy[64];

    if (text == NULL)
        return RSP_OK;
    const char *in = strstr(text, " in ");
    if (in == NULL || (size_t)(in - text) >= sizeof copy)
        return rsp_error_set(err, RSP_E_SYNTAX, "",
            "'%.60s' cannot be read: write AMOUNT in VOLUME, '200 mg in 200 mL'", text);
    snprintf(copy, sizeof copy, "%.*s", (int)(in - text), text);
    RSP_TRY(rsp_quantity_parse_like(copy, "200 mg", &amount, err));
    RSP_TRY(rsp_quantity_parse_like(in + strlen(" in "), "200 mL", &fluid, err));
    if (!rsp_dimension_equal(amount.unit.dimension, mass) ||
        !rsp_dimension_equal(fluid.unit.dimension, volume) || !(amount.internal > 0) || !(fluid.internal > 0))
        return rsp_error_set(
            err, RSP_E_UNIT, "", "'%.60s' is not an amount in a volume: write '200 mg in 200 mL'", text);
    const double strength = amount.internal / (fluid.internal * ML_PER_L);
    if (!(strength >= least_mg_per_ml && strength <= most_mg_per_ml)) {
        char given[32];
        rsp_number_plain(strength, 4, given, sizeof given);
        return rsp_error_set(err, RSP_E_DOMAIN, "",
            "'%.60s' is a strength of %s mg/mL: strengths from 0.01 to 100 mg/mL exist", text, given);
    }
    *strength_mg_per_ml = strength;
    if (volume_ml != NULL)
        *volume_ml = fluid.internal * ML_PER_L;
    return RSP_OK;
}
