/* Observations of monitors and pumps. Codes and units are those of the public messages that device_codes.c names. */
#include "hl7_check.h"

#include <math.h>
#include <stdio.h>

#include "exchange/observed.h"

static struct rsp_observed_list observed(const char *text)
{
    struct rsp_observed_list list = {0};
    struct rsp_error err = {0};
    struct rsp_hl7 *m = hl7_of(text);
    const rsp_status status = rsp_observed_read(m, &list, &err);
    rsp_hl7_free(m); /* the rows keep nothing of it */
    ck_assert_msg(status == RSP_OK, "%s: %s", err.field, err.message);
    return list;
}

static void check_value(const struct rsp_observed *row, enum rsp_observed_sign sign, double value)
{
    ck_assert_msg(
        row->kind == RSP_OBSERVED_VALUE, "segment %zu: kind %d, %s", row->segment, row->kind, row->sentence);
    ck_assert_int_eq(row->sign, sign);
    ck_assert_double_eq_tol(row->value, value, 1e-12);
}

/* A cuff as PCD-01 describes it: device on the top row, time on the row of the channel. */
static const char cuff[] =
    MSH "PID|||4711^^^CLINIC^MR||Muster^Eva\r"
        "OBR|1|1^A|2^B|182777000^monitoring of patient^SNOMED-CT|||20261129174000+0100\r"
        "OBX|1||528391^MDC_DEV_SPEC_PROFILE_BP^MDC|1|||||||X|||||||CUFF-7^^0123456789ABCDEF^EUI-64\r"
        "OBX|2||150020^MDC_PRESS_BLD_NONINV^MDC|1.0.1|||||||X|||20261129174430+0100\r"
        "OBX|3|NM|150021^MDC_PRESS_BLD_NONINV_SYS^MDC|1.0.1.1|142|266016^MDC_DIM_MMHG^MDC|||||R\r"
        "OBX|4|NM|150022^MDC_PRESS_BLD_NONINV_DIA^MDC|1.0.1.2|88.5|266016^MDC_DIM_MMHG^MDC|||||R|||"
        "20261129174431+0100\r"
        "OBX|5|NM|150023^MDC_PRESS_BLD_NONINV_MEAN^MDC|1.0.1.3|14.0|kPa^kPa^UCUM|||||R\r"
        "OBX|6|NM|149546^MDC_PULS_RATE_NON_INV^MDC|2.0.1.1|71|264864^MDC_DIM_BEAT_PER_MIN^MDC|||||R\r";

START_TEST(a_cuff_gives_its_pressures)
{
    struct rsp_observed_list list = observed(cuff);
    ck_assert_uint_eq(list.n, 6);
    ck_assert_str_eq(list.sender, "MONITOR^0123456789ABCDEF^EUI-64|WARD");
    ck_assert_str_eq(list.control_id, "C-17");
    ck_assert_int_eq(list.row[0].kind, RSP_OBSERVED_NONE);
    ck_assert_int_eq(list.row[1].kind, RSP_OBSERVED_NONE);
    check_value(&list.row[2], RSP_OBSERVED_SYSTOLIC, 142);
    check_value(&list.row[3], RSP_OBSERVED_DIASTOLIC, 88.5);
    ck_assert_double_eq_tol(
        list.row[4].value, 14.0 * 1000 / 133.322387415, 1e-3); /* by the definition of the mmHg */
    check_value(&list.row[5], RSP_OBSERVED_PULSE_RATE, 71);
    ck_assert_str_eq(list.row[2].patient, "4711");
    ck_assert_str_eq(list.row[2].containment, "1.0.1.1");
    ck_assert_str_eq(list.row[2].written, "142");
    ck_assert_uint_eq(list.row[2].segment, 6);
    rsp_observed_free(&list);
}
END_TEST

START_TEST(device_and_time_come_from_the_nearest_row_above)
{
    struct rsp_observed_list list = observed(cuff);
    ck_assert_str_eq(list.row[2].device, "CUFF-7");
    ck_assert_str_eq(list.row[5].device, "");                /* another system, of which nothing is known */
    ck_assert_int_eq(list.row[2].at.wall_ms % 60000, 30000); /* of the channel */
    ck_assert_int_eq(list.row[3].at.wall_ms % 60000, 31000); /* its own */
    ck_assert_int_eq(list.row[5].at.wall_ms % 60000, 0);     /* of the order */
    rsp_observed_free(&list);
}
END_TEST

START_TEST(a_pump_gives_rate_volume_and_strength)
{
    struct rsp_observed_list list = observed(MSH
        "PID|||4711\rOBR|1||||||20261129174000+0100\r"
        "OBX|1||69986^MDC_DEV_PUMP_INFUS_VMD^MDC|1.1.0.0|||||||X|||||||PUMP-3\r"
        "OBX|2|NM|157784^MDC_FLOW_FLUID_PUMP^MDC|1.1.1.1|12.5|265266^MDC_DIM_MILLI_L_PER_HR^MDC^mL/h^mL/"
        "h^UCUM|||||R\r"
        "OBX|3|NM|158014^MDC_FLOW_FLUID_PUMP_CURRENT^MDC|1.1.1.2|0|265266^MDC_DIM_MILLI_L_PER_HR^MDC|||||R\r"
        "OBX|4|NM|157993^MDC_VOL_FLUID_DELIV_TOTAL^MDC|1.1.1.3|0.25|L^L^UCUM|||||R\r"
        "OBX|5|NM|157872^MDC_VOL_FLUID_TBI_REMAIN^MDC|1.1.1.4|87.5|263762^MDC_DIM_MILLI_L^MDC|||||R\r"
        "OBX|6|NM|157760^MDC_CONC_DRUG^MDC|1.1.1.5|1.6|264306^MDC_DIM_MILLI_G_PER_ML^MDC|||||R\r"
        "OBX|7|NM|157924^MDC_RATE_DOSE^MDC|1.1.1.6|5|265619^MDC_DIM_MICRO_G_PER_KG_PER_MIN^MDC|||||R\r"
        "OBX|8|NM|157924^MDC_RATE_DOSE^MDC|1.1.1.7|20|mg/h|||||R\r"
        "OBX|9|CWE|184508^MDC_PUMP_STAT^MDC|1.1.1.8|^pump-status-paused||||||R\r");
    check_value(&list.row[1], RSP_OBSERVED_PUMP_RATE, 12.5);
    check_value(&list.row[2], RSP_OBSERVED_PUMP_RATE_NOW, 0);
    check_value(&list.row[3], RSP_OBSERVED_PUMP_VOLUME, 250);
    check_value(&list.row[4], RSP_OBSERVED_PUMP_VOLUME_LEFT, 87.5);
    check_value(&list.row[5], RSP_OBSERVED_PUMP_CONCENTRATION, 1.6);
    check_value(&list.row[6], RSP_OBSERVED_PUMP_DOSE_RATE_BY_WEIGHT, 0.3); /* 5 mcg/kg/min */
    check_value(&list.row[7], RSP_OBSERVED_PUMP_DOSE_RATE, 20);
    ck_assert_int_eq(list.row[8].kind, RSP_OBSERVED_UNKNOWN);
    ck_assert_str_eq(list.row[8].written, "^pump-status-paused");
    ck_assert_str_eq(list.row[8].device, "PUMP-3");
    rsp_observed_free(&list);
}
END_TEST

START_TEST(plain_results_are_read_by_their_loinc_codes)
{
    struct rsp_observed_list list =
        observed("MSH|^~\\&|GATE|W|||20261129||ORU^R01|9|P|2.3\rPID|||8\rOBR|1\r"
                 "OBX|1|NM|8867-4^Heart rate^LN||72|/min|||||F|||20261129174500\r"
                 "OBX|2|NM|HR^Puls^99LOCAL^8867-4^Heart rate^LN||73|{beats}/min|||||F\r"
                 "OBX|3|NM|59408-5^^LN||97|%|||||P\r"
                 "OBX|4|NM|9279-1^^LN||+14|/min|||||C\r"
                 "OBX|5|NM|8310-5^Body temperature^LN||36.8|Cel|||||F\r"
                 "OBX|6|NM|8480-6^^LN||\"\"|mm[Hg]|||||F\r"
                 "OBX|7|NM|19889-5^^LN||38|mm[Hg]|||||F\r"
                 "OBX|8|NM|19889-5^^LN||5.1|%|||||F\r");
    check_value(&list.row[0], RSP_OBSERVED_HEART_RATE, 72);
    check_value(&list.row[1], RSP_OBSERVED_HEART_RATE, 73);
    ck_assert_str_eq(list.row[1].code, "8867-4");
    check_value(&list.row[2], RSP_OBSERVED_SPO2, 97);
    check_value(&list.row[3], RSP_OBSERVED_BREATHING_RATE, 14);
    ck_assert_int_eq(list.row[4].kind, RSP_OBSERVED_UNKNOWN);
    ck_assert_str_eq(list.row[4].code, "8310-5");
    ck_assert_str_eq(list.row[4].unit, "Cel");
    ck_assert_int_eq(list.row[5].kind, RSP_OBSERVED_NONE);
    ck_assert_int_eq(list.row[5].sign, RSP_OBSERVED_SYSTOLIC);
    check_value(&list.row[6], RSP_OBSERVED_ETCO2, 38);
    ck_assert_int_eq(list.row[7].kind, RSP_OBSERVED_ERROR); /* a share of the gas is no pressure */
    ck_assert(list.row[0].at.given && !list.row[0].at.has_zone);
    ck_assert(!list.row[1].at.given); /* when it was sent is not when it was measured */
    rsp_observed_free(&list);
}
END_TEST

START_TEST(each_patient_keeps_their_own_values)
{
    struct rsp_observed_list list =
        observed(MSH "PID|||1\rOBR|1||||||20261129100000\rOBX|1|NM|8867-4^^LN|1|60|/min|||||F|||||||D1\r"
                     "PID|||2\rOBR|1\rOBX|1|NM|8867-4^^LN|1.1|90|/min|||||F\r");
    ck_assert_str_eq(list.row[0].patient, "1");
    ck_assert_str_eq(list.row[1].patient, "2");
    ck_assert_str_eq(list.row[1].device, "");
    ck_assert(!list.row[1].at.given);
    rsp_observed_free(&list);
}
END_TEST

/* One row each: OBX-2 to OBX-6 and OBX-11 to OBX-14, and a word of the sentence. */
static const struct {
    const char *obx, *word;
} unbelievable[] = {
    {"NM|150021^MDC_PRESS_BLD_NONINV_DIA^MDC||80|266016^MDC_DIM_MMHG^MDC|||||R",
        "calls it MDC_PRESS_BLD_NONINV_DIA"},
    {"NM|150020^MDC_PRESS_BLD_NONINV_SYS^MDC||120|266016^MDC_DIM_MMHG^MDC|||||R", "which is 150021"},
    {"NM|157993^MDC_VOL_FLUID_TBI^MDC||120|263762^MDC_DIM_MILLI_L^MDC|||||R", "MDC_VOL_FLUID_DELIV_TOTAL"},
    {"NM|8480-6^^LN^8462-4^^LN||120|mm[Hg]|||||F", "systolic and diastolic"},
    {"NM|8867-4^^LN||72||||||F", "OBX-6 says ''"},
    {"NM|8867-4^^LN||72|mm[Hg]|||||F", "heart_rate is read in /min"},
    {"NM|8480-6^^LN||12|cmHg|||||F", "cmHg"},
    {"NM|8480-6^^LN||120|266016^MDC_DIM_KILO_PASCAL^MDC|||||F", "two units"},
    {"NM|8480-6^^LN||120|266016^MDC_DIM_MMHG^MDC^kPa^kPa^UCUM|||||F", "two units"},
    {"NM|157924^MDC_RATE_DOSE^MDC||5|mL/h|||||R", "mg/h or mg/kg/h"},
    {"ST|8867-4^^LN||72|/min|||||F", "OBX-2 says 'ST'"},
    {"|8867-4^^LN||72|/min|||||F", "OBX-2 says ''"},
    {"NM|8867-4^^LN||72~73|/min|||||F", "write one value"},
    {"NM|8867-4^^LN||7,2|/min|||||F", "no number"},
    {"NM|8867-4^^LN||1e2|/min|||||F", "no number"},
    {"NM|8867-4^^LN||nan|/min|||||F", "no number"},
    {"NM|8867-4^^LN||>72|/min|||||F", "no number"},
    {"NM|8867-4^^LN||72|/min|||||W", "takes this value back"},
    {"NM|8867-4^^LN||72|/min|||||", "OBX-11 says ''"},
    {"NM|8867-4^^LN||72|/min|||||RF", "OBX-11 says 'RF'"},
    {"NM|8867-4^^LN||72|/min|||||F|||2026-11-29", "OBX-14"},
    {"NM|8867-4^^LN||\\XFF\\|/min|||||F", "escape"},
};

START_TEST(what_cannot_be_believed_is_a_row_with_a_sentence)
{
    for (size_t i = 0; i < sizeof unbelievable / sizeof unbelievable[0]; i++) {
        char text[800];
        snprintf(text, sizeof text, MSH "PID|||1\rOBR|1\rOBX|1|%s\rOBX|2|NM|8867-4^^LN||70|/min|||||F\r",
            unbelievable[i].obx);
        struct rsp_observed_list list = observed(text);
        ck_assert_uint_eq(list.n, 2);
        ck_assert_msg(list.row[0].kind == RSP_OBSERVED_ERROR &&
                          strstr(list.row[0].sentence, unbelievable[i].word) != NULL,
            "%s -> %d: %s", unbelievable[i].obx, list.row[0].kind, list.row[0].sentence);
        ck_assert(isnan(list.row[0].value));
        check_value(&list.row[1], RSP_OBSERVED_HEART_RATE, 70);
        rsp_observed_free(&list);
    }
}
END_TEST

START_TEST(a_time_of_the_order_that_cannot_be_read_spoils_the_rows_that_rest_on_it)
{
    struct rsp_observed_list list =
        observed(MSH "PID|||1\rOBR|1||||||yesterday\rOBX|1|NM|8867-4^^LN||70|/min|||||F\r"
                     "OBX|2|NM|8867-4^^LN||70|/min|||||F|||20261129174500\r");
    ck_assert_int_eq(list.row[0].kind, RSP_OBSERVED_ERROR);
    ck_assert(strstr(list.row[0].sentence, "OBR-7") != NULL);
    check_value(&list.row[1], RSP_OBSERVED_HEART_RATE, 70);
    rsp_observed_free(&list);
}
END_TEST

static const struct {
    const char *text, *field;
    enum rsp_hl7_ack ack;
} refused[] = {
    {"MSH|^~\\&|A||||||ADT^A01|1|P|2.6\rPID|||1\rOBR|1\rOBX|1|NM|8867-4^^LN||70|/min|||||F\r", "MSH-9",
        RSP_HL7_AR},
    {"MSH|^~\\&|A||||||ORU^R30|1|P|2.6\rPID|||1\rOBR|1\rOBX|1|NM|8867-4^^LN||70|/min|||||F\r", "MSH-9",
        RSP_HL7_AR},
    {"MSH|^~\\&|A||||||ORU^R01|1|T|2.6\rPID|||1\rOBR|1\rOBX|1|NM|8867-4^^LN||70|/min|||||F\r", "MSH-11",
        RSP_HL7_AR},
    {MSH "PID|||1\rOBR|1\r", "OBX", RSP_HL7_AE},
    {MSH "PID|||1\rOBX|1|NM|8867-4^^LN||70|/min|||||F\r", "OBX", RSP_HL7_AE},
    {MSH "PID|||1\rOBR|1\rOBX|1|NM|8867-4^^LN||70|/min|||||F\rPID|||2\rOBX|1|NM|8867-4^^LN||70|/min|||||F\r",
        "OBX", RSP_HL7_AE},
};

START_TEST(another_message_is_refused_as_a_whole)
{
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        struct rsp_observed_list list = {.n = 77};
        struct rsp_error err = {0};
        struct rsp_hl7_answer answer;
        struct rsp_hl7 *m = hl7_of(refused[i].text);
        ck_assert(rsp_observed_read(m, &list, &err) != RSP_OK);
        ck_assert_uint_eq(list.n, 77);
        ck_assert_str_eq(err.field, refused[i].field);
        rsp_hl7_answer_from(&err, &answer);
        ck_assert_int_eq(answer.ack, refused[i].ack);
        rsp_hl7_free(m);
    }
}
END_TEST

START_TEST(the_table_of_codes_is_of_one_mind)
{
    for (size_t i = 0; i < rsp_n_device_code; i++) {
        const struct rsp_device_code *code = &rsp_device_codes[i];
        ck_assert_ptr_eq(rsp_device_code_find(code->system, code->code), code); /* no code twice */
        for (size_t k = 0; k < 2; k++)
            ck_assert(code->name[k] == NULL || rsp_device_code_named(code->name[k]) == code);
        ck_assert((code->system == RSP_CODE_MDC) == (code->name[0] != NULL));
        ck_assert(code->source[0] != '\0');
    }
    for (size_t sign = 0; sign < RSP_OBSERVED_N_SIGN; sign++) {
        size_t n_code = 0, n_unit = 0;
        for (size_t i = 0; i < rsp_n_device_code; i++)
            n_code += rsp_device_codes[i].sign[0] == (int)sign || rsp_device_codes[i].sign[1] == (int)sign;
        for (size_t i = 0; i < rsp_n_device_unit; i++)
            n_unit +=
                strcmp(rsp_device_units[i].unit, rsp_observed_sign_unit((enum rsp_observed_sign)sign)) == 0;
        ck_assert_msg(n_code > 0 && n_unit > 0, "%s", rsp_observed_sign_name((enum rsp_observed_sign)sign));
    }
}
END_TEST

/* A code of a dimension is its partition, 4, times 65536 and a term whose last five bits are the decimal prefix: none 0,
 * kilo 3, milli 18, micro 19 (seen in every published pair, such as 263762 mL beside 263744 L). */
START_TEST(codes_of_units_have_the_prefix_of_their_name)
{
    static const struct {
        const char *prefix;
        long bits;
    } prefix[] = {{"MDC_DIM_MILLI_", 18}, {"MDC_DIM_MICRO_", 19}};
    for (size_t i = 0; i < rsp_n_device_unit; i++) {
        const struct rsp_device_unit *unit = &rsp_device_units[i];
        long expected = 0;
        if (unit->mdc == NULL)
            continue;
        for (size_t k = 0; k < sizeof prefix / sizeof prefix[0]; k++)
            if (strncmp(unit->mdc_name, prefix[k].prefix, strlen(prefix[k].prefix)) == 0)
                expected = prefix[k].bits;
        const long code = strtol(unit->mdc, NULL, 10);
        ck_assert_int_eq(code >> 16, 4);
        ck_assert_msg((code & 31) == expected, "%s %s", unit->mdc, unit->mdc_name);
    }
}
END_TEST

RUN_TESTS("observed", a_cuff_gives_its_pressures, device_and_time_come_from_the_nearest_row_above,
    a_pump_gives_rate_volume_and_strength, plain_results_are_read_by_their_loinc_codes,
    each_patient_keeps_their_own_values, what_cannot_be_believed_is_a_row_with_a_sentence,
    a_time_of_the_order_that_cannot_be_read_spoils_the_rows_that_rest_on_it,
    another_message_is_refused_as_a_whole, the_table_of_codes_is_of_one_mind,
    codes_of_units_have_the_prefix_of_their_name)
