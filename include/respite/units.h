/** Units and quantities: the only place where numbers change their unit.
 *
 * Inside the library only mg, L, h, kg, mg/L exist; mcg, ng/mL, min, days,
 * mcg/kg/min are read and written here. A bare number is never a quantity.
 */
#ifndef RESPITE_UNITS_H
#define RESPITE_UNITS_H

#include <stdbool.h>
#include <stddef.h>

#include <respite/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Exponents of the base dimensions. Amount of substance (mol) is kept apart from mass, so that a
 * molar quantity never passes for a mass. Counts (beats, score points) are dimensionless. */
struct rsp_dimension {
    signed char mass;      /**< of drug: mg */
    signed char volume;    /**< L */
    signed char time;      /**< h */
    signed char body_mass; /**< kg of body weight, as in mg/kg */
    signed char substance; /**< nmol */
    signed char pressure;  /**< mmHg */
    signed char length;    /**< cm */
};

/** A unit: text as written, dimension, and factor to the internal unit
 * (internal = written * factor). "d" has factor 24, "ng/mL" has factor 0.001. */
struct rsp_unit {
    char text[32];
    struct rsp_dimension dimension;
    double factor;
};

/** A number with its unit, as written. internal = value * unit.factor. */
struct rsp_quantity {
    double value;
    struct rsp_unit unit;
    double internal; /**< value in internal units (mg, L, h, kg, nmol, mmHg, cm and their quotients) */
};

/* The dangerous quantities of the clinical edge, wrapped so that they cannot be swapped. */
struct rsp_mg {
    double v;
};
struct rsp_mg_per_h {
    double v;
};
struct rsp_mg_per_ml {
    double v;
};
struct rsp_kg {
    double v;
};
struct rsp_hours {
    double v;
};

/** Parse a unit: a product of base units ("*"), then divisions: "mg", "mcg/kg/min", "1/min", "ng/mL",
 * "ng*h/mL", "L/kg", "g/mol", "%" (factor 0.01), "1" (dimensionless), "wk", "y" (365.25 d). "ug" and the
 * micro sign read as mcg. "kg" is always body mass. Case does not matter: no two units differ in it.
 * @return RSP_OK; RSP_E_UNIT naming the text and the nearest known unit. */
RSP_CHECKED rsp_status rsp_unit_parse(const char *text, struct rsp_unit *unit, struct rsp_error *err);

/** Parse "NUMBER UNIT" ("22.2 mg/h", "0.5mg/kg"). A bare number, a comma decimal, a non-finite or
 * trailing text is refused (RSP_E_UNIT, RSP_E_SYNTAX) with a sentence that says what is expected. */
RSP_CHECKED rsp_status rsp_quantity_parse(
    const char *text, struct rsp_quantity *quantity, struct rsp_error *err);

/** The same where one kind of quantity is expected: the sentences show this example ("90 d") and name units of its kind. */
RSP_CHECKED rsp_status rsp_quantity_parse_like(
    const char *text, const char *example, struct rsp_quantity *quantity, struct rsp_error *err);

/** The quantity's value in another unit: rsp_quantity_in(q, "mg/h", &rate_mg_per_h, err). The number as
 * written when the units are the same. RSP_E_UNIT when the dimensions differ, naming both. */
RSP_CHECKED rsp_status rsp_quantity_in(
    const struct rsp_quantity *quantity, const char *unit, double *value, struct rsp_error *err);

/** Parse a plain finite number written with a decimal point: the one number reader of the project
 * (refuses "0,5", "1e999", "nan", "0x10", "70kg", ""). */
RSP_CHECKED rsp_status rsp_number_parse(const char *text, double *value, struct rsp_error *err);

bool rsp_dimension_equal(struct rsp_dimension a, struct rsp_dimension b);
/** a + sign * b, per exponent: the dimension of a product (sign +1) or quotient (sign -1). */
struct rsp_dimension rsp_dimension_combine(struct rsp_dimension a, struct rsp_dimension b, int sign);
/** Human text of a dimension, for messages: "volume/time". @return as snprintf. */
int rsp_dimension_format(struct rsp_dimension dimension, char *text, size_t size);

/** Number in ISMP style: no trailing zero, leading zero, thousands separated by a narrow no-break space
 * (U+202F, UTF-8), rounded to `digits` significant digits (1..17): "0.5", "1 234.5". With an exponent only
 * under 1e-5 and from 1e17. @return as snprintf. */
int rsp_number_format(double value, int digits, char *text, size_t size);

#define RSP_MG_PER_L_FROM_NG_PER_ML 1e-3
#define RSP_NG_PER_ML_FROM_MG_PER_L 1e3
#define RSP_H_PER_MIN               (1.0 / 60.0)
#define RSP_H_PER_D                 24.0

#ifdef __cplusplus
}
#endif

#endif
