/* The table of routes refuses what would be a hole, and matches what it should. */
#include "../base/suite.h"

#include <string.h>

#include "app/server/route.h"

START_TEST(the_table_itself_is_in_order)
{
    struct rsp_error err = {0};
    ck_assert_msg(rsp_routes_check(rsp_routes, rsp_n_route, &err) == RSP_OK, "%s", err.message);
}
END_TEST

START_TEST(a_route_that_would_be_a_hole_is_refused)
{
    static const struct rsp_route bad[] = {
        {"GET", "/api/v1/open", RSP_USE_NONE, RSP_PAGE_NONE, false, false},    /* no permission */
        {"POST", "/api/v1/open", RSP_USE_NONE, RSP_PAGE_HEALTH, false, false}, /* a page that is written to */
        {"GET", "/api/v1/open", RSP_N_USE_CASE, RSP_PAGE_NONE, false, false},  /* no such use case */
        {"GET", "/api/v1/open", RSP_USE_users, RSP_PAGE_HEALTH, false, false}, /* both */
        {"GET", "/api/v1/patients/new", RSP_USE_patient_create, RSP_PAGE_NONE, false,
            false}, /* writes by GET */
        {"GET", "/api/v1/sign-out", RSP_USE_sign_out, RSP_PAGE_NONE, false, false},
        {"PUT", "/api/v1/users", RSP_USE_user_add, RSP_PAGE_NONE, false, false},   /* unknown method */
        {"GET", "/api/v1/x/{nobody}", RSP_USE_users, RSP_PAGE_NONE, false, false}, /* unknown part */
        {"GET", "/api/v1/x/{limit}", RSP_USE_users, RSP_PAGE_NONE, false, false},  /* not needed */
        {"GET", "/api/v1/plan", RSP_USE_plan, RSP_PAGE_NONE, false, false},        /* lists in an address */
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        ck_assert_msg(rsp_routes_check(&bad[i], 1, NULL) == RSP_E_BUG, "route %zu", i);
    const struct rsp_route twice[] = {rsp_routes[0], rsp_routes[0]};
    ck_assert_int_eq(rsp_routes_check(twice, 2, NULL), RSP_E_BUG);
}
END_TEST

START_TEST(a_fixed_path_goes_before_one_with_parts)
{
    struct rsp_route_match match;
    rsp_route_find("POST", "/api/v1/patients/search", &match);
    ck_assert_int_eq(match.route->use_case, RSP_USE_patient_find);
    rsp_route_find("GET", "/api/v1/patients/search", &match);
    ck_assert_int_eq(match.route->use_case, RSP_USE_patient_read);
    ck_assert_str_eq(match.value[0], "search"); /* no person: the input is refused */
    rsp_route_find("DELETE", "/api/v1/users", &match);
    ck_assert_ptr_null(match.route);
    ck_assert(match.path_known);
    static const char *const none[] = {
        "", "/api", "/api/v1/users/", "/api/v1/users//reset", "/api/v1/patients/", "//"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        rsp_route_find("GET", none[i], &match);
        ck_assert_msg(match.route == NULL, "%s", none[i]);
    }
}
END_TEST

RUN_TESTS("routes", the_table_itself_is_in_order, a_route_that_would_be_a_hole_is_refused,
    a_fixed_path_goes_before_one_with_parts)
