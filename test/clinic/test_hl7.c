/* HL7 v2: what a message holds, what is refused and under which field, and how it is answered. */
#include "hl7_check.h"

#include <stdio.h>

static const char *text_at(
    const struct rsp_hl7 *m, size_t segment, size_t field, size_t repetition, size_t component)
{
    static char text[400];
    struct rsp_error err = {0};
    ck_assert_msg(rsp_hl7_text(m, rsp_hl7_part(m, rsp_hl7_field(m, segment, field), repetition, component, 0),
                      text, sizeof text, &err) == RSP_OK,
        "%s", err.message);
    return text;
}

START_TEST(fields_are_numbered_as_in_the_standard)
{
    struct rsp_hl7 *m = hl7_of(MSH "PID|||4711^^^CLINIC^MR~99^^^STATE^SS||Muster^Eva&van||19800101\rZZZ|a\r");
    ck_assert_uint_eq(rsp_hl7_n_segment(m), 3);
    ck_assert(rsp_hl7_is(m, 2, "ZZZ"));
    ck_assert(!rsp_hl7_is(m, 3, "ZZZ"));
    ck_assert_str_eq(text_at(m, 0, 1, 1, 1), "|");
    ck_assert_str_eq(text_at(m, 0, 3, 1, 2), "0123456789ABCDEF");
    ck_assert_str_eq(text_at(m, 0, 9, 1, 3), "ORU_R01");
    ck_assert_str_eq(text_at(m, 0, 10, 1, 1), "C-17");
    ck_assert_str_eq(text_at(m, 1, 3, 2, 1), "99");
    ck_assert_str_eq(text_at(m, 1, 3, 1, 5), "MR");
    ck_assert_uint_eq(rsp_hl7_n_repetition(m, rsp_hl7_field(m, 1, 3)), 2);
    ck_assert_uint_eq(rsp_hl7_n_repetition(m, rsp_hl7_field(m, 1, 4)), 0);
    const struct rsp_hl7_span deep = rsp_hl7_part(m, rsp_hl7_field(m, 1, 5), 1, 2, 2);
    ck_assert(deep.n == 3 && memcmp(deep.text, "van", 3) == 0);
    ck_assert_uint_eq(rsp_hl7_field(m, 1, 77).n, 0);
    ck_assert_uint_eq(rsp_hl7_part(m, rsp_hl7_field(m, 1, 3), 3, 1, 0).n, 0);
    rsp_hl7_free(m);
}
END_TEST

START_TEST(other_separators_and_line_ends_mean_the_same)
{
    static const char *const same[] = {"MSH|^~\\&|A|||||| ORU^R01|1|P|2.3\rOBX|1|ST|x^y\r",
        "MSH|^~\\&|A|||||| ORU^R01|1|P|2.3\nOBX|1|ST|x^y\n",
        "MSH|^~\\&|A|||||| ORU^R01|1|P|2.3\r\n\r\nOBX|1|ST|x^y",
        "MSH#*+?%#A###### ORU*R01#1#P#2.3\rOBX#1#ST#x*y\r",
        "MSH|^~\\&#|A|||||| ORU^R01|1|P|2.7\rOBX|1|ST|x^y\r"};
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        struct rsp_hl7 *m = hl7_of(same[i]);
        ck_assert_uint_eq(rsp_hl7_n_segment(m), 2);
        ck_assert_str_eq(text_at(m, 0, 3, 1, 1), "A");
        ck_assert_str_eq(text_at(m, 0, 9, 1, 2), "R01");
        ck_assert_str_eq(text_at(m, 1, 3, 1, 2), "y");
        rsp_hl7_free(m);
    }
}
END_TEST

START_TEST(escapes_are_undone)
{
    static const struct {
        const char *written, *means;
    } escape[] = {{"a\\F\\b", "a|b"}, {"\\S\\\\T\\\\R\\\\E\\", "^&~\\"}, {"1\\.br\\2", "1\n2"},
        {"\\H\\loud\\N\\", "loud"}, {"\\X41\\\\X0d0A\\", "A\r\n"}, {"\\Xc3A4\\", "\xc3\xa4"},
        {"C:\\temp", "C:\\temp"}, {"\\Zorro\\", "\\Zorro\\"}, {"\\\\", "\\\\"}, {"end\\", "end\\"},
        {"mm[Hg]", "mm[Hg]"}};
    for (size_t i = 0; i < sizeof escape / sizeof escape[0]; i++) {
        char text[400];
        snprintf(text, sizeof text, MSH_AFTER("||||||UNICODE UTF-8") "NTE|||%s\r", escape[i].written);
        struct rsp_hl7 *m = hl7_of(text);
        ck_assert_str_eq(text_at(m, 1, 3, 1, 1), escape[i].means);
        rsp_hl7_free(m);
    }
}
END_TEST

START_TEST(an_escape_that_is_no_text_is_refused)
{
    static const char *const wrong[] = {
        "\\X4\\", "\\XZZ\\", "\\X00\\", "\\XC3\\", "\\XE4\\", "\\C2842\\", "\\M2442\\"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        char text[400], out[100] = "before";
        struct rsp_error err = {0};
        snprintf(text, sizeof text, MSH_AFTER("||||||UNICODE UTF-8") "NTE|||%s\r", wrong[i]);
        struct rsp_hl7 *m = hl7_of(text);
        ck_assert_msg(
            rsp_hl7_text(m, rsp_hl7_field(m, 1, 3), out, sizeof out, &err) != RSP_OK, "%s", wrong[i]);
        ck_assert_str_eq(out, "");
        ck_assert(err.message[0] != '\0');
        rsp_hl7_free(m);
    }
}
END_TEST

START_TEST(a_text_that_does_not_fit_is_refused_not_cut)
{
    struct rsp_hl7 *m = hl7_of(MSH "NTE|||12345\r");
    char text[6];
    ck_assert_int_eq(rsp_hl7_text(m, rsp_hl7_field(m, 1, 3), text, 5, NULL), RSP_E_LIMIT);
    ck_assert_str_eq(text, "");
    ck_assert_int_eq(rsp_hl7_text(m, rsp_hl7_field(m, 1, 3), text, 6, NULL), RSP_OK);
    ck_assert_str_eq(text, "12345");
    rsp_hl7_free(m);
}
END_TEST

START_TEST(three_character_sets_become_utf_8)
{
    struct rsp_hl7 *m = hl7_of(MSH_AFTER("||||||8859/1") "PID|||1||M\xfcller\\XE9\\\r");
    ck_assert_str_eq(text_at(m, 1, 5, 1, 1), "M\xc3\xbcller\xc3\xa9");
    rsp_hl7_free(m);
    m = hl7_of(MSH_AFTER("||||||UNICODE UTF-8") "PID|||1||M\xc3\xbcller\r");
    ck_assert_str_eq(text_at(m, 1, 5, 1, 1), "M\xc3\xbcller");
    rsp_hl7_free(m);
    m = hl7_of(MSH_AFTER("||||||ASCII") "PID|||1||Mueller\r");
    ck_assert_str_eq(text_at(m, 1, 5, 1, 1), "Mueller");
    rsp_hl7_free(m);
}
END_TEST

/* What is refused: the field that is named, the answer, a word of the sentence. */
static const struct {
    const char *text, *field;
    enum rsp_hl7_ack ack;
    int condition;
    const char *word;
} wrong[] = {
    {"", "MSH", RSP_HL7_AR, 101, "begins with the segment MSH"},
    {"PID|||1\r" MSH, "MSH", RSP_HL7_AR, 101, "begins with the segment MSH"},
    {" " MSH, "MSH", RSP_HL7_AR, 101, "begins with the segment MSH"},
    {"FHS|^~\\&|A\r", "MSH", RSP_HL7_AR, 103, "batch"},
    {"MSH|^~\r", "MSH-2", RSP_HL7_AR, 102, "five different separators"},
    {"MSH|^~^&|A||||||ORU^R01|1|P|2.6\r", "MSH-2", RSP_HL7_AR, 102, "five different separators"},
    {"MSHabcdaa||||||ORU^R01|1|P|2.6\r", "MSH-2", RSP_HL7_AR, 102, "five different"},
    {"MSHabcde|A||||||ORU^R01|1|P|2.6\r", "MSH-2", RSP_HL7_AR, 102, "punctuation"},
    {"MSH|^~\\&more|A||||||ORU^R01|1|P|2.6\r", "MSH-2", RSP_HL7_AR, 102, "four other separators"},
    {"MSH|^~\\&|A|||||| ORU^R01||P|2.6\r", "MSH-10", RSP_HL7_AR, 101, "no control id"},
    {"MSH|^~\\&|A|||||| ORU^R01|\t|P|2.6\r", "MSH-10", RSP_HL7_AR, 102, "printable"},
    {"MSH|^~\\&|A|||||| ORU^R01|1|P|3.0\r", "MSH-12", RSP_HL7_AR, 203, "version 2.1 to 2.9"},
    {"MSH|^~\\&|A|||||| ORU^R01|1|P|2.3x\r", "MSH-12", RSP_HL7_AR, 203, "version 2.1 to 2.9"},
    {"MSH|^~\\&|A|||||| ORU^R01|1|P|2.3^a\tb\r", "MSH", RSP_HL7_AR, 102,
        "MSH-12 holds the control character"},
    {"MSH|^~\\&|A|||||| ORU^R01|1|P\r", "MSH-12", RSP_HL7_AR, 203, "version 2.1 to 2.9"},
    {MSH_AFTER("||||||UNICODE UTF-16"), "MSH-18", RSP_HL7_AR, 103, "UNICODE UTF-8"},
    {MSH_AFTER("||||||ASCII~UNICODE UTF-8"), "MSH-18", RSP_HL7_AR, 103, "one for the whole message"},
    {MSH "PID|||1||M\xc3\xbcller\r", "MSH-18", RSP_HL7_AR, 102, "not ASCII"},
    {MSH_AFTER("||||||UNICODE UTF-8") "PID|||1||M\xfcller\r", "MSH-18", RSP_HL7_AR, 102, "0xFC"},
    {MSH_AFTER("||||||8859/1") "PID|||1||\x93quoted\x94\r", "MSH-18", RSP_HL7_AR, 102, "0x93"},
    {MSH "PID|||1||a\x01\r", "", RSP_HL7_AE, 102, "control character 0x01"},
    {MSH "PID|||1\r" MSH, "MSH", RSP_HL7_AR, 102, "second MSH"},
    {MSH "pid|||1\r", "", RSP_HL7_AE, 102, "segment 2"},
    {MSH "OBX\r\rO|1\r", "", RSP_HL7_AE, 102, "segment 3"},
    {MSH "OBX^1\r", "", RSP_HL7_AE, 102, "segment 2"},
};

START_TEST(what_is_no_message_is_refused_by_field)
{
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct rsp_hl7 *m = NULL;
        struct rsp_error err = {0};
        struct rsp_hl7_answer answer;
        ck_assert_msg(rsp_hl7_parse(wrong[i].text, strlen(wrong[i].text), &m, &err) != RSP_OK, "accepted: %s",
            wrong[i].text);
        ck_assert_ptr_null(m);
        ck_assert_msg(strcmp(err.field, wrong[i].field) == 0, "%s -> %s", wrong[i].text, err.field);
        ck_assert_msg(strstr(err.message, wrong[i].word) != NULL, "%s -> %s", wrong[i].text, err.message);
        rsp_hl7_answer_from(&err, &answer);
        ck_assert_msg(answer.ack == wrong[i].ack && answer.condition == wrong[i].condition, "%s -> %d %d",
            wrong[i].text, answer.ack, answer.condition);
    }
}
END_TEST

START_TEST(a_nul_byte_is_refused)
{
    static const char text[] = MSH "OBX|1|\0|x\r";
    struct rsp_hl7 *m = NULL;
    ck_assert_int_eq(rsp_hl7_parse(text, sizeof text - 1, &m, NULL), RSP_E_SYNTAX);
}
END_TEST

static char *long_message(const char *piece, size_t n)
{
    const size_t head = strlen(MSH), length = strlen(piece);
    char *text = malloc(head + n * length + 1);
    ck_assert_ptr_nonnull(text);
    memcpy(text, MSH, head);
    for (size_t i = 0; i < n; i++)
        memcpy(text + head + i * length, piece, length);
    text[head + n * length] = '\0';
    return text;
}

START_TEST(limits_hold_on_both_sides)
{
    static const struct {
        const char *piece;
        size_t n;
        rsp_status status;
    } limit[] = {{"NTE\r", RSP_HL7_MAX_SEGMENT - 1, RSP_OK}, {"NTE\r", RSP_HL7_MAX_SEGMENT, RSP_E_LIMIT},
        {"\r", RSP_HL7_MAX_BYTES - sizeof MSH + 1, RSP_OK},
        {"\r", RSP_HL7_MAX_BYTES - sizeof MSH + 2, RSP_E_LIMIT}};
    for (size_t i = 0; i < sizeof limit / sizeof limit[0]; i++) {
        char *text = long_message(limit[i].piece, limit[i].n);
        struct rsp_hl7 *m = NULL;
        ck_assert_int_eq(rsp_hl7_parse(text, strlen(text), &m, NULL), limit[i].status);
        rsp_hl7_free(m);
        free(text);
    }
    for (size_t n = RSP_HL7_MAX_FIELD - 1; n <= RSP_HL7_MAX_FIELD; n++) {
        char bars[RSP_HL7_MAX_FIELD + 1] = "", text[600];
        struct rsp_hl7 *m = NULL;
        memset(bars, '|', n);
        snprintf(text, sizeof text, MSH "OBX%s\r", bars);
        ck_assert_int_eq(
            rsp_hl7_parse(text, strlen(text), &m, NULL), n < RSP_HL7_MAX_FIELD ? RSP_OK : RSP_E_LIMIT);
        rsp_hl7_free(m);
    }
}
END_TEST

/* Instants of the second column: `date -u -d "..." +%s%3N` of GNU coreutils, for the wall clock. */
START_TEST(times_are_read_with_and_without_zone)
{
    static const struct {
        const char *text;
        int64_t wall_ms;
        int digits, offset_min;
        bool zone;
    } right[] = {{"20261129174500+0100", 1795974300000, 14, 60, true},
        {"20261129174500", 1795974300000, 14, 0, false},
        {"20261129174500.5-0330", 1795974300500, 14, -210, true},
        {"20261129174500.1239", 1795974300123, 14, 0, false}, {"202611291745", 1795974300000, 12, 0, false},
        {"2026112917+1400", 1795971600000, 10, 840, true}, {"20261129", 1795910400000, 8, 0, false},
        {"202611", 1793491200000, 6, 0, false}, {"2026", 1767225600000, 4, 0, false},
        {"20000229235959", 951868799000, 14, 0, false}, {"19691231235959", -1000, 14, 0, false}};
    for (size_t i = 0; i < sizeof right / sizeof right[0]; i++) {
        struct rsp_hl7_time time = {0};
        ck_assert_int_eq(
            rsp_hl7_time_parse((struct rsp_hl7_span){right[i].text, strlen(right[i].text)}, &time, NULL),
            RSP_OK);
        ck_assert(time.given);
        ck_assert_msg(time.wall_ms == right[i].wall_ms, "%s -> %lld", right[i].text, (long long)time.wall_ms);
        ck_assert_int_eq(time.digits, right[i].digits);
        ck_assert_int_eq(time.offset_min, right[i].offset_min);
        ck_assert(time.has_zone == right[i].zone);
    }
}
END_TEST

START_TEST(a_time_of_zero_is_missing)
{
    static const char *const zero[] = {"", "\"\"", "0", "0000", "00000000000000", "00000000000000+0000",
        "19700101000000", "19700101000000+0000", "19700101010000+0100", "19691231190000-0500"};
    for (size_t i = 0; i < sizeof zero / sizeof zero[0]; i++) {
        struct rsp_hl7_time time = {.given = true};
        ck_assert_int_eq(
            rsp_hl7_time_parse((struct rsp_hl7_span){zero[i], strlen(zero[i])}, &time, NULL), RSP_OK);
        ck_assert_msg(!time.given, "%s", zero[i]);
    }
}
END_TEST

START_TEST(impossible_times_are_refused)
{
    static const char *const wrong_time[] = {"2026-11-29", "202", "20261", "20261329", "20260229",
        "20261129240000", "20261129176000", "20261129174560", "2026112917450", "20261129174500.",
        "20261129174500.12345", "202611291745.5", "20261129174500+1", "20261129174500+01:00",
        "20261129174500+1401", "20261129174500+0160", "20261129174500Z", "20261129174500 ", "+0100",
        "2026112917450000", "1e9", "20261129174500+0100+0100"};
    for (size_t i = 0; i < sizeof wrong_time / sizeof wrong_time[0]; i++) {
        struct rsp_hl7_time time = {.digits = 77};
        struct rsp_error err = {0};
        ck_assert_msg(rsp_hl7_time_parse(
                          (struct rsp_hl7_span){wrong_time[i], strlen(wrong_time[i])}, &time, &err) != RSP_OK,
            "%s", wrong_time[i]);
        ck_assert_int_eq(time.digits, 77);
        ck_assert(strstr(err.message, "YYYYMMDD") != NULL);
    }
}
END_TEST

static const char *acknowledged(const char *message, const struct rsp_hl7_answer *answer)
{
    static char text[2000];
    struct rsp_hl7_head head;
    struct rsp_buf out;
    (void)!rsp_hl7_head_read(message, strlen(message), &head, NULL);
    rsp_buf_init(&out, sizeof text - 1);
    rsp_hl7_acknowledge(&head, answer, "R-1", "20261129174501+0100", &out);
    ck_assert(!out.failed);
    snprintf(text, sizeof text, "%s", out.data);
    rsp_buf_free(&out);
    return text;
}

START_TEST(an_acknowledgement_turns_sender_and_receiver_around)
{
    ck_assert_str_eq(acknowledged(MSH_AFTER("||||||UNICODE UTF-8") "PID|||1\r", &(struct rsp_hl7_answer){0}),
        "MSH|^~\\&|RESPITE|CLINIC|MONITOR^0123456789ABCDEF^EUI-64|WARD|20261129174501+0100||ACK^R01^ACK|R-1|"
        "P|2.6||||||"
        "UNICODE UTF-8\rMSA|AA|C-17\r");
    ck_assert_str_eq(acknowledged("MSH#*+?%#A#B#C#D###ORU*R01#1#T#2.3\rOBX#1\r", &(struct rsp_hl7_answer){0}),
        "MSH#*+?%#C#D#A#B#20261129174501+0100##ACK*R01*ACK#R-1#T#2.3\rMSA#AA#1\r");
}
END_TEST

/* Chapter 2, 2.9.3: which acknowledgement the fields 15 and 16 ask for. */
START_TEST(a_sender_of_enhanced_mode_reads_that_its_message_is_committed)
{
    static const struct {
        const char *after, *msa;
    } mode[] = {{"", "MSA|AA|"}, {"|||NE|AL", "MSA|AA|"}, {"|||AL|NE", "MSA|CA|"}, {"|||AL|AL", "MSA|AA|"},
        {"|||NE|NE", "MSA|AA|"}, {"||||NE", "MSA|AA|"}};
    for (size_t i = 0; i < sizeof mode / sizeof mode[0]; i++) {
        char text[400];
        snprintf(text, sizeof text, "MSH|^~\\&|M|W|R|C|2026||ORU^R01|C-17|P|2.6%s\r", mode[i].after);
        ck_assert_msg(
            strstr(acknowledged(text, &(struct rsp_hl7_answer){0}), mode[i].msa) != NULL, "%s", text);
    }
    ck_assert(strstr(acknowledged(MSH_AFTER("|||AL|NE"), &(struct rsp_hl7_answer){.ack = RSP_HL7_AR}),
                  "MSA|CR|") != NULL);
}
END_TEST

START_TEST(a_refusal_says_where_and_why)
{
    struct rsp_hl7_answer answer;
    struct rsp_error err = {0};
    (void)rsp_error_set(&err, RSP_E_UNSUPPORTED, "MSH-12", "write 2.6 | not ^3\xc3\xa4");
    rsp_hl7_answer_from(&err, &answer);
    ck_assert_str_eq(acknowledged(MSH, &answer),
        "MSH|^~\\&|RESPITE|CLINIC|MONITOR^0123456789ABCDEF^EUI-64|WARD|20261129174501+0100||ACK^R01^ACK|R-1|"
        "P|2.6\r"
        "MSA|AR|C-17|write 2.6 \\F\\ not \\S\\3??\r"
        "ERR||MSH^1^12|203^Unsupported version id^HL70357|E||||write 2.6 \\F\\ not \\S\\3??\r");
    err = (struct rsp_error){.line = 4};
    err.code = rsp_error_set(&err, RSP_E_SYNTAX, "OBX-5", "no number");
    rsp_error_place(&err, NULL, 4);
    rsp_hl7_answer_from(&err, &answer);
    ck_assert(strstr(acknowledged(MSH, &answer), "MSA|AE|C-17|no number\rERR||OBX^4^5|102^") != NULL);
}
END_TEST

START_TEST(what_has_no_head_is_answered_all_the_same)
{
    struct rsp_hl7_answer answer;
    struct rsp_hl7 *m = NULL;
    struct rsp_error err = {0};
    ck_assert(rsp_hl7_parse("hello", 5, &m, &err) != RSP_OK);
    rsp_hl7_answer_from(&err, &answer);
    const char *text = acknowledged("hello", &answer);
    ck_assert(strncmp(text, "MSH|^~\\&|||||2026", 17) == 0);
    ck_assert(strstr(text, "|ACK|R-1|P|2.6\rMSA|AR||a message begins") != NULL);
}
END_TEST

START_TEST(an_answer_is_itself_a_message)
{
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct rsp_hl7 *m = NULL;
        struct rsp_hl7_answer answer;
        struct rsp_error err = {0};
        ck_assert(rsp_hl7_parse(wrong[i].text, strlen(wrong[i].text), &m, &err) != RSP_OK);
        rsp_hl7_answer_from(&err, &answer);
        if (strcmp(err.field, "MSH-12") == 0 || strcmp(err.field, "MSH-18") == 0)
            continue; /* it echoes the sender's version and character set, whatever they are */
        struct rsp_hl7 *back = hl7_of(acknowledged(wrong[i].text, &answer));
        ck_assert_str_eq(text_at(back, 1, 3, 1, 0), err.message);
        ck_assert_str_eq(text_at(back, 2, 8, 1, 0), err.message);
        rsp_hl7_free(back);
    }
}
END_TEST

RUN_TESTS("hl7", fields_are_numbered_as_in_the_standard, other_separators_and_line_ends_mean_the_same,
    escapes_are_undone, an_escape_that_is_no_text_is_refused, a_text_that_does_not_fit_is_refused_not_cut,
    three_character_sets_become_utf_8, what_is_no_message_is_refused_by_field, a_nul_byte_is_refused,
    limits_hold_on_both_sides, times_are_read_with_and_without_zone, a_time_of_zero_is_missing,
    impossible_times_are_refused, an_acknowledgement_turns_sender_and_receiver_around,
    a_sender_of_enhanced_mode_reads_that_its_message_is_committed, a_refusal_says_where_and_why,
    what_has_no_head_is_answered_all_the_same, an_answer_is_itself_a_message)
