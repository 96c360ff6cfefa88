/* State, check and backup of the store by an administrator. */
#include "service_support.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include "service/upkeep.h"

/* A folder for backups beside the database; static text. */
static const char *give_folder(struct clinic *clinic)
{
    static char folder[600];
    snprintf(folder, sizeof folder, "%s.backups", clinic->path);
    ck_assert(mkdir(folder, 0700) == 0);
    const struct rsp_upkeep_places places = {.database = clinic->path, .folder = folder};
    ck_assert_int_eq(rsp_service_upkeep(clinic->service, &places, NULL), RSP_OK);
    return folder;
}

static size_t files_in(const char *folder)
{
    size_t n = 0;
    DIR *list = opendir(folder);
    ck_assert_ptr_nonnull(list);
    for (const struct dirent *entry = readdir(list); entry != NULL; entry = readdir(list))
        n += entry->d_name[0] != '.';
    closedir(list);
    return n;
}

START_TEST(a_backup_made_from_the_browser_can_be_restored)
{
    struct clinic clinic;
    struct staff admin, nurse;
    clinic_open(&clinic, "upkeep.db");
    hire(&clinic, "admin", "administrator", &admin);
    hire(&clinic, "nurse", "nurse", &nurse);
    (void)new_patient(&clinic, &nurse);
    const char *folder = give_folder(&clinic);
    json_t *made = done(&clinic, &admin, RSP_USE_backup_make, json_object());
    char file[1000], restored[600], key[600];
    snprintf(file, sizeof file, "%s/%s", folder, json_string_value(json_object_get(made, "file")));
    snprintf(restored, sizeof restored, "%s.restored", clinic.path);
    snprintf(key, sizeof key, "%s.key", clinic.path);
    struct stat info;
    ck_assert(stat(file, &info) == 0);
    ck_assert_int_eq(json_integer_value(json_object_get(made, "size_bytes")), info.st_size);
    struct rsp_store_restored result;
    struct rsp_error err = {0};
    const struct rsp_store_options options = {.key = key, .kinds = rsp_service_kinds()};
    ck_assert_msg(
        rsp_store_restore(file, restored, &options, false, &result, &err) == RSP_OK, "%s", err.message);
    ck_assert_int_eq(result.manifest.n_fact, json_integer_value(json_object_get(made, "facts")));
    json_decref(made);
    json_t *state = done(&clinic, &admin, RSP_USE_store_state, json_object());
    const json_t *rows = json_object_get(state, "backups");
    ck_assert_str_eq(json_string_value(json_object_get(state, "backups_folder")), "there");
    ck_assert_uint_eq(json_array_size(rows), 1);
    ck_assert_int_eq(
        json_integer_value(json_object_get(json_array_get(rows, 0), "size_bytes")), info.st_size);
    json_decref(state);
    ck_assert_uint_eq(audited(&clinic, "admin", "backup_make", "done"), 1);
    clinic_close(&clinic);
    clinic_verify(&clinic);
}
END_TEST

START_TEST(the_same_request_makes_one_backup_and_a_second_one_of_the_same_second_is_refused)
{
    struct clinic clinic;
    struct staff admin;
    clinic_open(&clinic, "upkeep-twice.db");
    hire(&clinic, "admin", "administrator", &admin);
    const char *folder = give_folder(&clinic);
    static const char key[] = "0123456789abcdef-key";
    json_t *first = NULL, *again = NULL;
    ck_assert_int_eq(ask(&clinic, &admin, RSP_USE_backup_make, json_object(), key, &first), RSP_NOT_REFUSED);
    ck_assert_int_eq(ask(&clinic, &admin, RSP_USE_backup_make, json_object(), key, &again), RSP_NOT_REFUSED);
    ck_assert(json_equal(first, again));
    json_decref(first);
    json_decref(again);
    ck_assert_int_eq(
        ask(&clinic, &admin, RSP_USE_backup_make, json_object(), NULL, NULL), RSP_REFUSED_CONFLICT);
    ck_assert_uint_eq(files_in(folder), 1);
    clinic_close(&clinic);
}
END_TEST

START_TEST(a_backup_needs_a_folder_and_the_word_of_a_person_who_may)
{
    struct clinic clinic;
    struct staff admin, physician;
    clinic_open(&clinic, "upkeep-may.db");
    hire(&clinic, "admin", "administrator", &admin);
    hire(&clinic, "physician", "physician", &physician);
    ck_assert_int_eq(
        ask(&clinic, &admin, RSP_USE_backup_make, json_object(), NULL, NULL), RSP_REFUSED_CONFLICT);
    ck_assert_int_eq(
        rsp_service_upkeep(clinic.service,
            &(struct rsp_upkeep_places){.database = clinic.path, .folder = "/no/such/folder"}, NULL),
        RSP_E_IO);
    (void)give_folder(&clinic);
    ck_assert_int_eq(
        ask(&clinic, &physician, RSP_USE_backup_make, json_object(), NULL, NULL), RSP_REFUSED_PERMISSION);
    clinic.now_s += 6 * 60; /* password and code are no longer fresh */
    ck_assert_int_eq(
        ask(&clinic, &admin, RSP_USE_backup_make, json_object(), NULL, NULL), RSP_REFUSED_CONFIRM);
    clinic_close(&clinic);
}
END_TEST

START_TEST(a_check_says_what_it_found_and_is_remembered)
{
    struct clinic clinic;
    struct staff admin;
    clinic_open(&clinic, "upkeep-check.db");
    hire(&clinic, "admin", "administrator", &admin);
    (void)give_folder(&clinic);
    json_t *before = done(&clinic, &admin, RSP_USE_store_state, json_object());
    ck_assert(json_is_null(json_object_get(before, "last_check")));
    json_decref(before);
    json_t *check = done(&clinic, &admin, RSP_USE_store_check, json_object());
    ck_assert(json_is_true(json_object_get(check, "good")));
    ck_assert_int_gt(json_integer_value(json_object_get(check, "facts")), 0);
    json_decref(check);
    json_t *after = done(&clinic, &admin, RSP_USE_store_state, json_object());
    ck_assert_int_eq(
        json_integer_value(json_object_get(json_object_get(after, "last_check"), "findings")), 0);
    json_decref(after);
    clinic_close(&clinic);
    clinic_verify(&clinic);
}
END_TEST

RUN_TESTS("service upkeep", a_backup_made_from_the_browser_can_be_restored,
    the_same_request_makes_one_backup_and_a_second_one_of_the_same_second_is_refused,
    a_backup_needs_a_folder_and_the_word_of_a_person_who_may, a_check_says_what_it_found_and_is_remembered)
