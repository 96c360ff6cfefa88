#include "store_support.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/text.h"

enum { N_PATH = 8, MAX_PATH = 512 };
#define NOVEMBER_US INT64_C(1795937529000000) /* 2026-11-29T07:32:09Z */

static char folder[MAX_PATH / 2];
static pid_t folder_owner;

static void remove_folder(void)
{
    if (getpid() != folder_owner)
        return;
    DIR *dir = opendir(folder);
    for (struct dirent *entry; dir != NULL && (entry = readdir(dir)) != NULL;)
        (void)unlinkat(dirfd(dir), entry->d_name, 0);
    if (dir != NULL)
        (void)closedir(dir);
    (void)rmdir(folder);
}

const char *store_path(const char *name)
{
    static char path[N_PATH][MAX_PATH];
    static int next;
    if (folder_owner != getpid() && folder[0] == '\0') {
        const char *where = getenv("TMPDIR");
        (void)snprintf(folder, sizeof folder, "%s/respite-store-XXXXXX", where != NULL ? where : "/tmp");
        ck_assert_ptr_nonnull(mkdtemp(folder));
        folder_owner = getpid();
        ck_assert_int_eq(atexit(remove_folder), 0);
    }
    char *to = path[next++ % N_PATH];
    (void)snprintf(to, MAX_PATH, "%s/%s", folder, name);
    return to;
}

unsigned char *file_bytes(const char *path, size_t *n)
{
    FILE *file = fopen(path, "rb");
    ck_assert_msg(file != NULL, "%s", path);
    ck_assert_int_eq(fseek(file, 0, SEEK_END), 0);
    *n = (size_t)ftell(file);
    rewind(file);
    unsigned char *bytes = malloc(*n + 1);
    ck_assert_ptr_nonnull(bytes);
    ck_assert_uint_eq(fread(bytes, 1, *n, file), *n);
    bytes[*n] = '\0';
    (void)fclose(file);
    return bytes;
}

void write_bytes(const char *path, const void *bytes, size_t n)
{
    FILE *file = fopen(path, "wb");
    ck_assert_msg(file != NULL, "%s", path);
    ck_assert_uint_eq(fwrite(bytes, 1, n, file), n);
    ck_assert_int_eq(fclose(file), 0);
}

void copy_file(const char *from, const char *to)
{
    size_t n = 0;
    unsigned char *bytes = file_bytes(from, &n);
    write_bytes(to, bytes, n);
    free(bytes);
}

struct rsp_store *new_store(void)
{
    struct rsp_store *store = NULL;
    ck_assert_done(rsp_store_create(store_path("clinic.db"), NULL, &store, err));
    return store;
}

struct rsp_store *open_store(bool read_only)
{
    const struct rsp_store_options options = {.read_only = read_only};
    struct rsp_store *store = NULL;
    ck_assert_done(rsp_store_open(store_path("clinic.db"), &options, &store, err));
    return store;
}

struct rsp_stamp stamp_at(int second)
{
    return (struct rsp_stamp){NOVEMBER_US + second * INT64_C(1000000), 60, "Europe/Zurich"};
}

rsp_status try_fact(struct rsp_store *store, const char *kind, const struct rsp_person_id *person,
    int64_t supersedes, const char *idempotency, const char *body, struct rsp_fact_place *place,
    struct rsp_error *err)
{
    json_t *object = json_loads(body, 0, NULL);
    ck_assert_msg(object != NULL, "%s", body);
    const struct rsp_fact_new fact = {.kind = kind,
        .person = person,
        .supersedes = supersedes,
        .who = "dr.keller",
        .origin = "test",
        .why = supersedes != 0 ? "typing error" : NULL,
        .idempotency = idempotency,
        .when = stamp_at(0),
        .body = object};
    const rsp_status status = rsp_store_append(store, &fact, place, err);
    json_decref(object);
    return status;
}

int64_t add_fact(struct rsp_store *store, const char *kind, const struct rsp_person_id *person,
    int64_t supersedes, const char *idempotency, const char *body)
{
    struct rsp_fact_place place = {0};
    ck_assert_done(try_fact(store, kind, person, supersedes, idempotency, body, &place, err));
    return place.number;
}

struct rsp_person_id add_person(struct rsp_store *store, const char *family_name)
{
    char body[256];
    struct rsp_fact_place place = {0};
    (void)snprintf(body, sizeof body,
        "{\"family_name\": \"%s\", \"birth_date\": \"1980-11-23\", \"sex\": \"f\"}", family_name);
    ck_assert_done(try_fact(store, "person", NULL, 0, NULL, body, &place, err));
    return place.person;
}

int64_t add_diary(struct rsp_store *store, const struct rsp_person_id *person, double pain_nrs)
{
    char body[256];
    (void)snprintf(body, sizeof body,
        "{\"date\": \"2026-11-28\", \"pain_nrs\": %g, \"comment\": \"after the walk\"}", pain_nrs);
    return add_fact(store, "diary_entry", person, 0, NULL, body);
}

static void keep(void *context, const struct rsp_store_finding *finding)
{
    struct report *report = context;
    const size_t used = strlen(report->text);
    (void)snprintf(report->text + used, sizeof report->text - used, "%s %" PRId64 " %s: %s\n", finding->table,
        finding->number, finding->kind, finding->sentence);
}

struct report verified(struct rsp_store *store, bool rebuild)
{
    struct report report = {.check = {.rebuild = rebuild, .found = keep}};
    report.check.context = &report;
    ck_assert_done(rsp_store_verify(store, &report.check, err));
    return report;
}

struct report examined(const char *path)
{
    const struct rsp_store_options options = {.read_only = true, .examine = true};
    struct rsp_store *store = NULL;
    ck_assert_done(rsp_store_open(path, &options, &store, err));
    const struct report report = verified(store, false);
    rsp_store_close(store);
    return report;
}

static rsp_status dump(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    struct rsp_buf *buf = context;
    (void)err;
    char *body = json_dumps(fact->body, JSON_SORT_KEYS | JSON_COMPACT);
    ck_assert_ptr_nonnull(body);
    rsp_buf_printf(
        buf, "%" PRId64 " %s %d %d ", fact->number, fact->kind, fact->kind_version, fact->about_person);
    for (size_t i = 0; i < sizeof fact->person.byte; i++)
        rsp_buf_printf(buf, "%02x", fact->person.byte[i]);
    rsp_buf_printf(buf, " %s %s %s %" PRId64 " %s %s %" PRId64 " %" PRId64 " %s %d %s\n", fact->who,
        fact->origin, fact->why != NULL ? fact->why : "-", fact->at_us, fact->wall, fact->zone,
        fact->supersedes, fact->superseded_by, fact->idempotency != NULL ? fact->idempotency : "-",
        fact->withheld, body);
    free(body);
    return RSP_OK;
}

char *dump_facts(struct rsp_store *store, struct rsp_error *err)
{
    struct rsp_buf buf;
    rsp_buf_init(&buf, 64 << 20);
    rsp_buf_text(&buf, "facts\n");
    if (rsp_store_read(store, NULL, dump, &buf, err) != RSP_OK || buf.failed) {
        rsp_buf_free(&buf);
        return NULL;
    }
    return buf.data;
}
