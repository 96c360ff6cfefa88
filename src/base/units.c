#include <math.h>
#include <stdio.h>
#include <string.h>

#include <respite/units.h>

#include "base/number.h"
#include "base/text.h"

enum { MAX_ATOMS = 6 }; /* mg*h/L/kg and the like; keeps exponents far inside a signed char */

struct atom {
    const char *text;
    struct rsp_dimension dimension;
    double factor; /* to the internal unit */
};

#define MASS                                                                                                 \
    {                                                                                                        \
        .mass = 1                                                                                            \
    }
#define VOLUME                                                                                               \
    {                                                                                                        \
        .volume = 1                                                                                          \
    }
#define TIME                                                                                                 \
    {                                                                                                        \
        .time = 1                                                                                            \
    }
#define SUBSTANCE                                                                                            \
    {                                                                                                        \
        .substance = 1                                                                                       \
    }

/* Definitions only. The first of equal meaning is the one suggested. */
static const struct atom atoms[] = {
    {"1", {0}, 1},
    {"%", {0}, 0.01},
    {"mg", MASS, 1},
    {"mcg", MASS, 1e-3},
    {"ug", MASS, 1e-3},
    {"ng", MASS, 1e-6},
    {"pg", MASS, 1e-9},
    {"g", MASS, 1e3},
    {"kg", {.body_mass = 1}, 1},
    {"L", VOLUME, 1},
    {"dL", VOLUME, 0.1},
    {"mL", VOLUME, 1e-3},
    {"uL", VOLUME, 1e-6},
    {"h", TIME, 1},
    {"min", TIME, 1.0 / 60},
    {"s", TIME, 1.0 / 3600},
    {"d", TIME, 24},
    {"wk", TIME, 168},
    {"y", TIME, 8766}, /* 365.25 d */
    {"hour", TIME, 1},
    {"hours", TIME, 1},
    {"hr", TIME, 1},
    {"minute", TIME, 1.0 / 60},
    {"minutes", TIME, 1.0 / 60},
    {"mins", TIME, 1.0 / 60},
    {"day", TIME, 24},
    {"days", TIME, 24},
    {"week", TIME, 168},
    {"weeks", TIME, 168},
    {"year", TIME, 8766},
    {"years", TIME, 8766},
    {"nmol", SUBSTANCE, 1},
    {"pmol", SUBSTANCE, 1e-3},
    {"umol", SUBSTANCE, 1e3},
    {"mmol", SUBSTANCE, 1e6},
    {"mol", SUBSTANCE, 1e9},
    {"mmHg", {.pressure = 1}, 1},
    {"cm", {.length = 1}, 1},
    {"mm", {.length = 1}, 0.1},
};

enum { N_ATOM = sizeof atoms / sizeof atoms[0] };

static const struct atom *atom_find(const char *text)
{
    for (size_t i = 0; i < N_ATOM; i++)
        if (rsp_text_equal(atoms[i].text, text))
            return &atoms[i];
    return NULL;
}

bool rsp_dimension_equal(struct rsp_dimension a, struct rsp_dimension b)
{
    return a.mass == b.mass && a.volume == b.volume && a.time == b.time && a.body_mass == b.body_mass &&
           a.substance == b.substance && a.pressure == b.pressure && a.length == b.length;
}

struct rsp_dimension rsp_dimension_combine(struct rsp_dimension a, struct rsp_dimension b, int sign)
{
    return (struct rsp_dimension){
        .mass = (signed char)(a.mass + sign * b.mass),
        .volume = (signed char)(a.volume + sign * b.volume),
        .time = (signed char)(a.time + sign * b.time),
        .body_mass = (signed char)(a.body_mass + sign * b.body_mass),
        .substance = (signed char)(a.substance + sign * b.substance),
        .pressure = (signed char)(a.pressure + sign * b.pressure),
        .length = (signed char)(a.length + sign * b.length),
    };
}

static void add_power(char *text, size_t size, const char *before, const char *name, int power)
{
    const size_t used = strlen(text);
    if (power == 1)
        (void)snprintf(text + used, size - used, "%s%s", before, name);
    else
        (void)snprintf(text + used, size - used, "%s%s^%d", before, name, power);
}

int rsp_dimension_format(struct rsp_dimension dimension, char *text, size_t size)
{
    const struct {
        const char *name;
        int power;
    } part[] = {{"mass", dimension.mass}, {"amount of substance", dimension.substance},
        {"volume", dimension.volume}, {"pressure", dimension.pressure}, {"length", dimension.length},
        {"body weight", dimension.body_mass}, {"time", dimension.time}};
    char whole[256] = "";
    for (size_t i = 0; i < sizeof part / sizeof part[0]; i++)
        if (part[i].power > 0)
            add_power(whole, sizeof whole, whole[0] != '\0' ? "*" : "", part[i].name, part[i].power);
    for (size_t i = 0; i < sizeof part / sizeof part[0]; i++)
        if (part[i].power < 0)
            add_power(whole, sizeof whole, whole[0] != '\0' ? "/" : "1/", part[i].name, -part[i].power);
    return snprintf(text, size, "%s", whole[0] != '\0' ? whole : "no unit");
}

/* Copy without outer blanks; micro signs become "u", no-break spaces and the dot product ASCII.
 * Returns false when it does not fit. */
static bool normalise(const char *text, char *to, size_t size)
{
    static const struct {
        const char *from, *to;
    } rows[] = {
        {"\xc2\xb5", "u"}, {"\xce\xbc", "u"}, {"\xc2\xb7", "*"}, {"\xc2\xa0", " "}, {"\xe2\x80\xaf", " "}};
    size_t n = 0;
    while (*text != '\0') {
        const char *piece = NULL;
        size_t step = 1;
        for (size_t i = 0; i < sizeof rows / sizeof rows[0] && piece == NULL; i++)
            if (strncmp(text, rows[i].from, strlen(rows[i].from)) == 0) {
                piece = rows[i].to;
                step = strlen(rows[i].from);
            }
        char c = piece != NULL ? piece[0] : *text;
        c = c == '\t' || c == '\r' || c == '\n' ? ' ' : c;
        text += step;
        if (c == ' ' && n == 0)
            continue;
        if (n + 1 >= size)
            return false;
        to[n++] = c;
    }
    while (n > 0 && to[n - 1] == ' ')
        n--;
    to[n] = '\0';
    return true;
}

static rsp_status unknown_unit(const char *whole, const char *atom, struct rsp_error *err)
{
    const char *known[N_ATOM + 1];
    for (size_t i = 0; i < N_ATOM; i++)
        known[i] = atoms[i].text;
    known[N_ATOM] = NULL;
    if (rsp_text_equal(atom, "iu") || rsp_text_equal(atom, "u") || rsp_text_equal(atom, "unit") ||
        rsp_text_equal(atom, "units"))
        return rsp_error_set(err, RSP_E_UNIT, "",
            "'%.40s' is not a unit here: units of activity are not used; "
            "write mg, mcg or g",
            whole);
    const char *nearest = rsp_text_nearest(atom, known);
    if (atom[0] == '\0')
        return rsp_error_set(err, RSP_E_UNIT, "",
            "a part of the unit '%.40s' is missing; write it like mg/h, 1/min or ng/mL", whole);
    if (nearest != NULL)
        return rsp_error_set(err, RSP_E_UNIT, "", "unknown unit '%.40s'%s%.40s%s; did you mean '%s'?", atom,
            strcmp(atom, whole) == 0 ? "" : " in '", strcmp(atom, whole) == 0 ? "" : whole,
            strcmp(atom, whole) == 0 ? "" : "'", nearest);
    return rsp_error_set(err, RSP_E_UNIT, "",
        "unknown unit '%.40s'; known are mg, mcg, g, L, mL, min, h, d, wk, kg (body weight), nmol, mmHg, cm, "
        "%% "
        "and quotients such as mg/kg/h or ng/mL",
        whole);
}

rsp_status rsp_unit_parse(const char *text, struct rsp_unit *unit, struct rsp_error *err)
{
    struct rsp_unit parsed = {.factor = 1};
    if (!normalise(text, parsed.text, sizeof parsed.text))
        return rsp_error_set(err, RSP_E_UNIT, "", "the unit '%.40s...' is too long", text);
    if (parsed.text[0] == '\0')
        return rsp_error_set(err, RSP_E_UNIT, "", "a unit is missing, such as mg, h or ng/mL");
    const char *at = parsed.text;
    int sign = 1;
    for (int n = 0;; n++) {
        if (n == MAX_ATOMS)
            return rsp_error_set(err, RSP_E_UNIT, "", "the unit '%s' has too many parts", parsed.text);
        char word[sizeof parsed.text] = "";
        size_t length = strcspn(at, "*/");
        const char *next = at + length;
        while (length > 0 && at[length - 1] == ' ')
            length--;
        memcpy(word, at, length);
        const struct atom *atom = atom_find(word);
        if (atom == NULL)
            return unknown_unit(parsed.text, word, err);
        parsed.dimension = rsp_dimension_combine(parsed.dimension, atom->dimension, sign);
        parsed.factor = sign > 0 ? parsed.factor * atom->factor : parsed.factor / atom->factor;
        if (*next == '\0')
            break;
        sign = *next == '/' ? -1 : 1;
        if (*next == '*' && sign == 1 && memchr(parsed.text, '/', (size_t)(next - parsed.text)) != NULL)
            return rsp_error_set(err, RSP_E_UNIT, "",
                "the unit '%s' multiplies after a division; put products first, as in ng*h/mL", parsed.text);
        at = next + 1;
        while (*at == ' ')
            at++;
    }
    *unit = parsed;
    return RSP_OK;
}

static const char usual_example[] = "22.2 mg/h";

/* The first of equal meaning. */
static bool suggested(size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (rsp_dimension_equal(atoms[k].dimension, atoms[i].dimension) &&
            !(atoms[k].factor < atoms[i].factor) && !(atoms[k].factor > atoms[i].factor))
            return false;
    return true;
}

/* Whether a unit of one word is unknown although units of the example's kind can be listed. */
static bool is_unknown(const char *unit, const char *example)
{
    return strcmp(example, usual_example) != 0 && strpbrk(unit, "*/") == NULL && atom_find(unit) == NULL;
}

static rsp_status unknown_of_kind(const char *unit, const char *example, struct rsp_error *err)
{
    struct rsp_quantity shown;
    char list[120] = "";
    size_t used = 0;
    RSP_TRY(rsp_quantity_parse(example, &shown, err));
    for (size_t i = 0; i < N_ATOM && used < sizeof list; i++)
        if (suggested(i) && rsp_dimension_equal(atoms[i].dimension, shown.unit.dimension))
            used += (size_t)snprintf(
                list + used, sizeof list - used, "%s%s", used > 0 ? ", " : "", atoms[i].text);
    return rsp_error_set(err, RSP_E_UNIT, "", "unknown unit '%.40s'; write it such as %s%s%s%s", unit,
        example, used > 0 ? " (units of this kind: " : "", list, used > 0 ? ")" : "");
}

rsp_status rsp_quantity_parse_like(
    const char *text, const char *example, struct rsp_quantity *quantity, struct rsp_error *err)
{
    while (*text == ' ' || *text == '\t' || *text == '\r' || *text == '\n')
        text++;
    if (*text == '\0')
        return rsp_error_set(err, RSP_E_SYNTAX, "", "a number with its unit is missing, such as %s", example);
    struct rsp_quantity parsed = {0};
    size_t length = 0;
    rsp_status status = rsp_number_scan(text, &length, &parsed.value, err);
    if (status == RSP_E_SYNTAX)
        return rsp_error_set(err, RSP_E_SYNTAX, "",
            "'%.60s' does not begin with a number; write a number and its unit, such as %s", text, example);
    RSP_TRY(status);
    const char *rest = text + length;
    RSP_TRY(rsp_number_after(text, rest, err));
    char unit[64];
    if (!normalise(rest, unit, sizeof unit))
        return rsp_error_set(err, RSP_E_UNIT, "", "the unit in '%.60s...' is too long", text);
    if (unit[0] == '\0')
        return rsp_error_set(err, RSP_E_UNIT, "",
            "'%.60s' has no unit; write a number and its unit, such as %s", text, example);
    if (unit[0] >= '0' && unit[0] <= '9' && !(unit[0] == '1' && strchr("/ ", unit[1]) != NULL))
        return rsp_error_set(err, RSP_E_SYNTAX, "",
            "'%.60s' has two numbers; write thousands without a space (1000 mg)", text);
    if (is_unknown(unit, example))
        return unknown_of_kind(unit, example, err);
    RSP_TRY(rsp_unit_parse(unit, &parsed.unit, err));
    parsed.internal = parsed.value * parsed.unit.factor;
    if (!isfinite(parsed.internal) || (parsed.internal == 0) != (parsed.value == 0))
        return rsp_error_set(
            err, RSP_E_DOMAIN, "", "'%.60s' is outside the numbers that can be represented", text);
    *quantity = parsed;
    return RSP_OK;
}

rsp_status rsp_quantity_parse(const char *text, struct rsp_quantity *quantity, struct rsp_error *err)
{
    return rsp_quantity_parse_like(text, usual_example, quantity, err);
}

rsp_status rsp_quantity_in(
    const struct rsp_quantity *quantity, const char *unit, double *value, struct rsp_error *err)
{
    struct rsp_unit target;
    RSP_TRY(rsp_unit_parse(unit, &target, err));
    if (!rsp_dimension_equal(target.dimension, quantity->unit.dimension)) {
        char wanted[96], found[96];
        (void)rsp_dimension_format(target.dimension, wanted, sizeof wanted);
        (void)rsp_dimension_format(quantity->unit.dimension, found, sizeof found);
        return rsp_error_set(err, RSP_E_UNIT, "", "'%.32s' is %s, but %s is expected here, such as %s",
            quantity->unit.text, found, wanted, target.text);
    }
    /* The number as written is kept exactly when the units are the same. */
    *value = quantity->unit.factor == target.factor ? quantity->value : quantity->internal / target.factor;
    return RSP_OK;
}
