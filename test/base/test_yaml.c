#include "suite.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/yaml.h"

static struct rsp_yaml_tree *parsed(const char *text)
{
    struct rsp_yaml_tree *tree = NULL;
    struct rsp_error e = {0};
    const rsp_status status = rsp_yaml_parse(text, strlen(text), "t.yaml", &tree, &e);
    ck_assert_msg(status == RSP_OK, "%s", e.message);
    return tree;
}

static const char patient[] = "id: demo\n"
                              "weight: {value_kg: 70.5, date: 2026-01-02}\n"
                              "allergies: [latex, 'a: b']\n"
                              "medications:\n"
                              "  - name: gabapentin\n"
                              "    per_day: 3\n"
                              "  - name: \"amitriptyline\"\n"
                              "pregnant: false\n"
                              "empty:\n";

START_TEST(a_document_becomes_a_tree_with_lines_and_paths)
{
    struct rsp_yaml_tree *tree = parsed(patient);
    const struct rsp_yaml *root = rsp_yaml_root(tree);
    ck_assert_int_eq(root->kind, RSP_YAML_MAP);
    ck_assert_uint_eq(root->n_child, 6);
    const struct rsp_yaml *list = rsp_yaml_find(root, "medications");
    ck_assert_int_eq(list->kind, RSP_YAML_LIST);
    ck_assert_int_eq(list->line, 4);
    const struct rsp_yaml *second = list->first->next, *name = rsp_yaml_find(second, "name");
    ck_assert_str_eq(name->text, "amitriptyline");
    ck_assert(name->quoted);
    ck_assert_int_eq(name->line, 7);
    char path[64];
    ck_assert_int_eq(rsp_yaml_path(name, path, sizeof path), (int)strlen("medications[1].name"));
    ck_assert_str_eq(path, "medications[1].name");
    ck_assert_str_eq(rsp_yaml_find(rsp_yaml_find(root, "weight"), "value_kg")->text, "70.5");
    rsp_yaml_path(root, path, sizeof path);
    ck_assert_str_eq(path, "");
    ck_assert_ptr_null(rsp_yaml_find(name, "x"));
    ck_assert_ptr_null(rsp_yaml_find(NULL, "x"));
    ck_assert_ptr_null(rsp_yaml_find(root, "nothing"));
    ck_assert_str_eq(rsp_yaml_source(name), "t.yaml");
    rsp_yaml_free(tree);
}
END_TEST

START_TEST(typed_readers_give_values)
{
    struct rsp_yaml_tree *tree = parsed(patient);
    const struct rsp_yaml *root = rsp_yaml_root(tree);
    double weight_kg = 0;
    long per_day = 0;
    bool pregnant = true;
    const char *id = NULL;
    size_t n = 0;
    const char *const *texts = NULL;
    ck_assert_int_eq(
        rsp_yaml_number(rsp_yaml_find(root, "weight"), "value_kg", true, &weight_kg, NULL), RSP_OK);
    ck_assert_double_eq(weight_kg, 70.5);
    ck_assert_int_eq(
        rsp_yaml_int(rsp_yaml_find(root, "medications")->first, "per_day", true, &per_day, NULL), RSP_OK);
    ck_assert_int_eq(per_day, 3);
    ck_assert_int_eq(rsp_yaml_bool(root, "pregnant", true, &pregnant, NULL), RSP_OK);
    ck_assert(!pregnant);
    ck_assert_int_eq(rsp_yaml_text(root, "id", true, &id, NULL), RSP_OK);
    ck_assert_str_eq(id, "demo");
    ck_assert_int_eq(rsp_yaml_texts(root, "allergies", true, &n, &texts, NULL), RSP_OK);
    ck_assert_uint_eq(n, 2);
    ck_assert_str_eq(texts[1], "a: b");
    ck_assert_int_eq(rsp_yaml_texts(root, "id", true, &n, &texts, NULL), RSP_OK);
    ck_assert_uint_eq(n, 1);
    ck_assert_str_eq(texts[0], "demo");
    /* absent and optional: untouched */
    ck_assert_int_eq(rsp_yaml_number(root, "age_y", false, &weight_kg, NULL), RSP_OK);
    ck_assert_double_eq(weight_kg, 70.5);
    ck_assert_int_eq(rsp_yaml_texts(root, "history", false, &n, &texts, NULL), RSP_OK);
    ck_assert_uint_eq(n, 1);
    rsp_yaml_free(tree);
}
END_TEST

START_TEST(typed_readers_refuse_with_file_line_and_field)
{
    struct rsp_yaml_tree *tree =
        parsed("a: 0,5\nb: [1]\nc:\nd: maybe\ne: 1.5\nf: 35\ng: {h: nan}\ni: [x, [y]]\nj: 1e300\n");
    const struct rsp_yaml *root = rsp_yaml_root(tree);
    struct rsp_error e;
    double number = 42;
    long whole = 42;
    bool flag = true;
    const char *text = "kept";
    size_t n = 42;
    const char *const *texts = NULL;
    struct rsp_quantity q = {.value = 42};
    char line[700];
    ck_assert_int_eq(rsp_yaml_number(root, "a", true, &number, &e), RSP_E_SYNTAX);
    rsp_error_format(&e, line, sizeof line);
    ck_assert_msg(strncmp(line, "t.yaml:1: a: '0,5' contains a comma", 35) == 0, "%s", line);
    ck_assert_int_eq(rsp_yaml_number(root, "b", true, &number, &e), RSP_E_SYNTAX);
    ck_assert_ptr_nonnull(strstr(e.message, "a list stands here; a number is expected"));
    ck_assert_int_eq(rsp_yaml_text(root, "c", false, &text, &e), RSP_E_MISSING);
    ck_assert_int_eq(e.line, 3);
    ck_assert_int_eq(rsp_yaml_bool(root, "d", true, &flag, &e), RSP_E_SYNTAX);
    ck_assert_int_eq(rsp_yaml_int(root, "e", true, &whole, &e), RSP_E_SYNTAX);
    ck_assert_int_eq(rsp_yaml_int(root, "j", true, &whole, &e), RSP_E_SYNTAX);
    ck_assert_int_eq(rsp_yaml_node_quantity(rsp_yaml_find(root, "f"), &q, &e), RSP_E_UNIT);
    ck_assert_ptr_nonnull(strstr(e.message, "no unit"));
    ck_assert_int_eq(rsp_yaml_number(rsp_yaml_find(root, "g"), "h", true, &number, &e), RSP_E_SYNTAX);
    ck_assert_str_eq(e.field, "g.h");
    ck_assert_int_eq(rsp_yaml_number(rsp_yaml_find(root, "g"), "k", true, &number, &e), RSP_E_MISSING);
    ck_assert_ptr_nonnull(strstr(e.message, "'k' is missing"));
    ck_assert_int_eq(rsp_yaml_texts(root, "i", true, &n, &texts, &e), RSP_E_SYNTAX);
    ck_assert_str_eq(e.field, "i[1]");
    ck_assert_int_eq(rsp_yaml_number(rsp_yaml_find(root, "a"), "k", false, &number, &e), RSP_E_SYNTAX);
    ck_assert_double_eq(number, 42);
    ck_assert_int_eq(whole, 42);
    ck_assert(flag);
    ck_assert_str_eq(text, "kept");
    ck_assert_uint_eq(n, 42);
    ck_assert_double_eq(q.value, 42);
    rsp_yaml_free(tree);
}
END_TEST

START_TEST(an_unknown_key_is_refused_with_the_nearest_known_one)
{
    static const char *const known[] = {"id", "weight_kg", "sex", NULL};
    struct rsp_error e;
    struct rsp_yaml_tree *tree = parsed("id: 1\nwieght_kg: 70\n");
    ck_assert_int_eq(rsp_yaml_only(rsp_yaml_root(tree), known, &e), RSP_E_UNKNOWN);
    ck_assert_int_eq(e.line, 2);
    ck_assert_ptr_nonnull(strstr(e.message, "did you mean 'weight_kg'?"));
    rsp_yaml_free(tree);
    tree = parsed("banana: 1\n");
    ck_assert_int_eq(rsp_yaml_only(rsp_yaml_root(tree), known, &e), RSP_E_UNKNOWN);
    ck_assert_ptr_nonnull(strstr(e.message, "known here are id, weight_kg, sex"));
    rsp_yaml_free(tree);
    tree = parsed("[a, b]");
    ck_assert_int_eq(rsp_yaml_only(rsp_yaml_root(tree), known, &e), RSP_E_SYNTAX);
    rsp_yaml_free(tree);
    tree = parsed("sex: f\nid: 1\n");
    ck_assert_int_eq(rsp_yaml_only(rsp_yaml_root(tree), known, &e), RSP_OK);
    rsp_yaml_free(tree);
}
END_TEST

START_TEST(byte_order_marks_and_windows_line_ends_are_accepted)
{
    struct rsp_yaml_tree *tree = parsed("\xef\xbb\xbfid: x\r\nlist:\r\n  - 1\r\n  - 2\r\n");
    ck_assert_str_eq(rsp_yaml_find(rsp_yaml_root(tree), "id")->text, "x");
    const struct rsp_yaml *list = rsp_yaml_find(rsp_yaml_root(tree), "list");
    ck_assert_str_eq(list->first->next->text, "2");
    ck_assert_int_eq(list->first->next->line, 4);
    rsp_yaml_free(tree);
}
END_TEST

START_TEST(what_the_project_does_not_write_is_refused_with_its_line)
{
    static const struct {
        const char *text;
        int line;
        const char *says;
    } rows[] = {{"", 1, "empty"}, {"# nothing\n", 1, "empty"},
        {"a: 1\na: 2\n", 2, "given twice (first on line 1)"},
        {"x:\n  b: 1\n  c: 2\n  b: 3\n", 4, "given twice (first on line 2)"},
        {"a: &x 1\nb: 2\n", 1, "anchors"}, {"a: &x {b: 1}\n", 1, "anchors"},
        {"a: &x 1\nb: *x\n", 1, "anchors"}, {"a: *x\n", 1, "aliases"}, {"a: !!str 1\n", 1, "tags"},
        {"a: !x [1]\n", 1, "tags"}, {"a: 1\n---\nb: 2\n", 2, "second document"},
        {"%YAML 1.1\n---\na: 1\n", 0, "directives"}, {"? [a, b]\n: 1\n", 1, "plain name"},
        {"{a: 1}: 2\n", 1, "plain name"}, {"a: 1\n\tb: 2\n", 2, "tab"}, {"a: [1, 2\n", 0, "]"},
        {"a: {b: 1\n", 0, "}"}, {"a: \"x\n", 0, "quote"}, {"a: b: c\n", 1, "': '"},
        {"a: 1\n b: 2\n", 0, "indentation"}, {"a: 1\nb\n", 0, "NAME: VALUE"},
        {"a: \x01\n", 1, "control character"}, {"a: 1\nb: \xff\n", 2, "UTF-8"},
        {"a: \"\\0\"\n", 1, "control character"}, {"a: \"\\x1b\"\n", 1, "control character"},
        {"a: 1\nb: \xc2\x9b\n", 2, "control character"}, {"a: \"\\x9b31m\"\n", 1, "control character"},
        {"a: \"\\x80\"\n", 1, "control character"}, {"a: \"\\u009f\"\n", 1, "control character"},
        {"\"a\\x9b\": 1\n", 1, "control character"}, {"a: \"x\\u202ey\"\n", 1, "control character"},
        {"a: \"\\u202a\"\n", 1, "control character"}, {"a: \"\\u2066\"\n", 1, "control character"},
        {"a: \"\\u2069\"\n", 1, "control character"}, {"a: x\xe2\x80\xaey\n", 1, "control character"},
        {"- x\xe2\x81\xa7\n", 1, "control character"}, {"a: \"\\r\"\n", 1, "control character"},
        {"\"a\\nb\": 1\n", 1, "line break"}, {"\"\": 1\n", 1, "name is missing"}, {": 1\n", 1, "check"},
        {"a: @x\n", 1, "quotes"}, {"a: `x\n", 1, "quotes"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct rsp_yaml_tree *tree = NULL;
        struct rsp_error e = {0};
        const rsp_status status = rsp_yaml_parse(rows[i].text, strlen(rows[i].text), "t.yaml", &tree, &e);
        ck_assert_msg(status == RSP_E_SYNTAX, "%s: %s", rows[i].text, rsp_status_name(status));
        ck_assert_ptr_null(tree);
        ck_assert_msg(strstr(e.message, rows[i].says) != NULL, "%s: %s", rows[i].text, e.message);
        ck_assert_msg(
            rows[i].line == 0 ? e.line > 0 : e.line == rows[i].line, "%s: line %d", rows[i].text, e.line);
        ck_assert_str_eq(e.source, "t.yaml");
    }
}
END_TEST

START_TEST(characters_beside_the_control_characters_are_text)
{
    static const char *const rows[] = {"a: \"\\xa0\"\n", "a: \"\\u2029\"\n", "a: \"\\u202f\"\n",
        "a: \"\\u2065\"\n", "a: \"\\u206a\"\n", "a: 20\xe2\x80\xaf\xc2\xb5g \xe2\x82\xac\n",
        "a: \"x\\ty\\nz\"\n"};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        rsp_yaml_free(parsed(rows[i]));
}
END_TEST

START_TEST(binary_and_utf16_content_is_refused)
{
    static const char utf16[] = "\xff\xfe"
                                "a\0:\0 \0"
                                "1\0";
    struct rsp_yaml_tree *tree = NULL;
    struct rsp_error e;
    ck_assert_int_eq(rsp_yaml_parse(utf16, sizeof utf16 - 1, "t", &tree, &e), RSP_E_SYNTAX);
    ck_assert_ptr_nonnull(strstr(e.message, "UTF-8"));
    ck_assert_int_eq(rsp_yaml_parse("a\0b", 3, "t", &tree, &e), RSP_E_SYNTAX);
    ck_assert_ptr_nonnull(strstr(e.message, "binary"));
}
END_TEST

START_TEST(depth_nodes_and_size_are_bounded)
{
    struct rsp_yaml_tree *tree = NULL;
    struct rsp_error e;
    char deep[200];
    memset(deep, '[', 64);
    memset(deep + 64, ']', 64);
    ck_assert_int_eq(rsp_yaml_parse(deep, 128, "t", &tree, &e), RSP_OK);
    rsp_yaml_free(tree);
    tree = NULL;
    memset(deep, '[', 65);
    memset(deep + 65, ']', 65);
    ck_assert_int_eq(rsp_yaml_parse(deep, 130, "t", &tree, &e), RSP_E_LIMIT);

    struct rsp_buf buf;
    rsp_buf_init(&buf, 40u << 20);
    for (int i = 0; i < 1000001; i++)
        rsp_buf_text(&buf, "- \n");
    ck_assert_int_eq(rsp_yaml_parse(buf.data, buf.length, "t", &tree, &e), RSP_E_LIMIT);
    ck_assert_ptr_nonnull(strstr(e.message, "1,000,000"));
    while (buf.length <= 16u << 20)
        rsp_buf_text(&buf, "# filler filler filler filler filler\n");
    ck_assert_int_eq(rsp_yaml_parse(buf.data, buf.length, "t", &tree, &e), RSP_E_LIMIT);
    ck_assert_ptr_nonnull(strstr(e.message, "16 MiB"));
    ck_assert_ptr_null(tree);
    rsp_buf_free(&buf);
}
END_TEST

START_TEST(a_map_with_very_many_keys_is_still_checked_for_duplicates)
{
    struct rsp_buf buf;
    rsp_buf_init(&buf, 8u << 20);
    for (int i = 0; i < 100000; i++)
        rsp_buf_printf(&buf, "k%d: 1\n", i);
    rsp_buf_text(&buf, "k77: 2\n");
    struct rsp_yaml_tree *tree = NULL;
    struct rsp_error e;
    ck_assert_int_eq(rsp_yaml_parse(buf.data, buf.length, "t", &tree, &e), RSP_E_SYNTAX);
    ck_assert_int_eq(e.line, 100001);
    ck_assert_str_eq(e.field, "k77");
    rsp_buf_free(&buf);
}
END_TEST

START_TEST(every_truncation_of_a_document_is_read_or_refused)
{
    const size_t n = strlen(patient);
    for (size_t length = 0; length <= n; length++) {
        struct rsp_yaml_tree *tree = NULL;
        struct rsp_error e = {0};
        const rsp_status status = rsp_yaml_parse(patient, length, "t", &tree, &e);
        ck_assert(
            status == RSP_OK ? tree != NULL : status == RSP_E_SYNTAX && e.line > 0 && e.message[0] != '\0');
        rsp_yaml_free(tree);
    }
}
END_TEST

RUN_TESTS("yaml", a_document_becomes_a_tree_with_lines_and_paths, typed_readers_give_values,
    typed_readers_refuse_with_file_line_and_field, an_unknown_key_is_refused_with_the_nearest_known_one,
    byte_order_marks_and_windows_line_ends_are_accepted,
    what_the_project_does_not_write_is_refused_with_its_line,
    characters_beside_the_control_characters_are_text, binary_and_utf16_content_is_refused,
    depth_nodes_and_size_are_bounded, a_map_with_very_many_keys_is_still_checked_for_duplicates,
    every_truncation_of_a_document_is_read_or_refused)
