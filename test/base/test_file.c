#include "suite.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

static char folder[64];

static const char *write_file(const char *name, const char *data, size_t n)
{
    static char path[128];
    (void)snprintf(folder, sizeof folder, "/tmp/respite-file-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "wb");
    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite(data, 1, n, f), n);
    fclose(f);
    return path;
}

static void clean(const char *path)
{
    unlink(path);
    rmdir(folder);
}

static void refused(const char *path, size_t max, rsp_status status, const char *says)
{
    char *text = NULL;
    size_t length = 7;
    struct rsp_error e;
    ck_assert_int_eq(rsp_file_read(path, max, &text, &length, &e), status);
    ck_assert_msg(strstr(e.message, says) != NULL, "%s", e.message);
    ck_assert_str_eq(e.source, path);
    ck_assert_ptr_null(text);
    ck_assert_uint_eq(length, 7);
}

START_TEST(a_text_file_is_read_whole_and_terminated)
{
    const char *path = write_file("a.yaml", "id: x\r\n", 7);
    char *text = NULL;
    size_t length = 0;
    ck_assert_int_eq(rsp_file_read(path, 7, &text, &length, NULL), RSP_OK);
    ck_assert_uint_eq(length, 7);
    ck_assert_str_eq(text, "id: x\r\n");
    free(text);
    clean(path);

    path = write_file("empty", "", 0);
    ck_assert_int_eq(rsp_file_read(path, 7, &text, &length, NULL), RSP_OK);
    ck_assert_uint_eq(length, 0);
    ck_assert_str_eq(text, "");
    free(text);
    clean(path);
}
END_TEST

START_TEST(what_is_no_readable_file_is_refused_by_name)
{
    refused("/nonexistent/x.yaml", 100, RSP_E_IO, "no such file");
    refused("", 100, RSP_E_IO, "no such file");
    refused("/tmp", 100, RSP_E_MISMATCH, "folder");
    const char *path = write_file("b", "abc\0def", 7);
    refused(path, 100, RSP_E_SYNTAX, "binary");
    refused(path, 6, RSP_E_LIMIT, "larger than the 6 bytes");
    clean(path);
}
END_TEST

START_TEST(a_gigabyte_is_refused_by_its_size)
{
    const char *path = write_file("big", "x", 1);
    ck_assert_int_eq(truncate(path, 1L << 30), 0); /* sparse: reading it would find NUL bytes first */
    refused(path, 1000000, RSP_E_LIMIT, "larger");
    clean(path);
}
END_TEST

START_TEST(a_file_without_size_is_read_to_its_limit)
{
    refused("/dev/zero", 1000, RSP_E_SYNTAX, "binary");
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    char data[40000];
    memset(data, 'a', sizeof data);
    ck_assert_int_eq(write(ends[1], data, sizeof data), (int)sizeof data);
    close(ends[1]);
    char path[32];
    (void)snprintf(path, sizeof path, "/dev/fd/%d", ends[0]);
    char *text = NULL;
    size_t length = 0;
    ck_assert_int_eq(rsp_file_read(path, sizeof data, &text, &length, NULL), RSP_OK);
    ck_assert_uint_eq(length, sizeof data);
    ck_assert_mem_eq(text, data, sizeof data);
    free(text);
    close(ends[0]);
}
END_TEST

RUN_TESTS("file", a_text_file_is_read_whole_and_terminated, what_is_no_readable_file_is_refused_by_name,
    a_gigabyte_is_refused_by_its_size, a_file_without_size_is_read_to_its_limit)
